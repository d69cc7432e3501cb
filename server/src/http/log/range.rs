//! Ranges and conditions of HTTP (RFC 9110), as far as a log needs them. Pure.

use axum::http::{HeaderMap, header};

/// What of a log is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it: no range was asked for, or one that is none of ours to understand.
    Whole,
    /// First byte and end.
    Part(u64, u64),
    /// Nothing of what was asked for is there.
    Outside,
}

/// One range of bytes. Several at once, other units and what can't be read are answered with the whole, as is
/// a range of a version (`If-Range`) that is not this one.
pub(super) fn asked(headers: &HeaderMap, size: u64, etag: &str) -> Asked {
    let Some(range) = headers.get(header::RANGE) else { return Asked::Whole };
    if headers.get(header::IF_RANGE).is_some_and(|condition| condition != etag) {
        return Asked::Whole;
    }
    range.to_str().ok().and_then(|range| parse(range, size)).unwrap_or(Asked::Whole)
}

/// `bytes=a-b`, `bytes=a-`, `bytes=-n`; `None` if it is none of these.
fn parse(range: &str, size: u64) -> Option<Asked> {
    let (first, last) = range.strip_prefix("bytes=")?.trim().split_once('-')?;
    let (first, end) = match (first, last) {
        ("", last) => (size.saturating_sub(number(last)?), size),
        (first, "") => (number(first)?, size),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            (first, last.saturating_add(1).min(size))
        }
    };
    Some(if first < end { Asked::Part(first, end) } else { Asked::Outside })
}

/// Digits only: no sign, and what overflows lies beyond any log.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

/// Whether the client has this version (`If-None-Match`).
pub(super) fn has(headers: &HeaderMap, etag: &str) -> bool {
    let lists = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(str::trim).any(|known| {
        // A weak comparison: byte for byte or only the same in meaning, both will do.
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    fn range(text: &'static str) -> Asked {
        asked(&headers(&[(header::RANGE, text)]), 100, "\"v1\"")
    }

    #[test]
    fn one_range_of_bytes_is_answered_with_that_part() {
        assert_eq!(range("bytes=0-9"), Asked::Part(0, 10));
        assert_eq!(range("bytes=90-"), Asked::Part(90, 100));
        assert_eq!(range("bytes=-10"), Asked::Part(90, 100));
        assert_eq!(range("bytes=-1000"), Asked::Part(0, 100));
        assert_eq!(range("bytes=0-99999999999999999999999"), Asked::Part(0, 100));
    }

    #[test]
    fn a_range_beyond_the_log_is_outside() {
        for outside in ["bytes=100-", "bytes=100-200", "bytes=-0"] {
            assert_eq!(range(outside), Asked::Outside, "{outside}");
        }
    }

    #[test]
    fn what_is_no_single_range_of_bytes_gets_the_whole() {
        for other in
            ["bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=5-3", "bytes=--1", "bytes=+1-2", "bytes"]
        {
            assert_eq!(range(other), Asked::Whole, "{other}");
        }
    }

    #[test]
    fn a_range_of_another_version_gets_the_whole() {
        let of = |version| {
            asked(&headers(&[(header::RANGE, "bytes=0-9"), (header::IF_RANGE, version)]), 100, "\"v1\"")
        };
        assert_eq!(of("\"v1\""), Asked::Part(0, 10));
        // Weak versions and dates prove nothing about bytes.
        for other in ["\"v2\"", "W/\"v1\"", "Tue, 24 Nov 2026 00:00:00 GMT"] {
            assert_eq!(of(other), Asked::Whole, "{other}");
        }
    }

    #[test]
    fn a_version_is_known_if_it_is_in_the_list() {
        let knows = |list| has(&headers(&[(header::IF_NONE_MATCH, list)]), "\"v1\"");
        assert!(knows("\"v0\", \"v1\"") && knows("W/\"v1\"") && knows("*"));
        assert!(!knows("\"v2\"") && !has(&HeaderMap::new(), "\"v1\""));
    }
}
