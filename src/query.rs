//! Query strings: read and written the same way for addresses of the app and of the API.
//!
//! Pure text; the browser's own `URLSearchParams` is not used, so that the rules can be tested natively.

use std::fmt::Write as _;

/// Percent-encodes `text` for use as one name or value of a query, or as one segment of a path.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Percent-encodes a path that may hold several segments: slashes stay.
#[must_use]
pub fn encode_path(path: &str) -> String {
    path.split('/').map(encode).collect::<Vec<_>>().join("/")
}

/// The text behind a percent-encoded name or value; `+` is a space. What isn't UTF-8 is replaced by U+FFFD.
#[must_use]
pub fn decode(text: &str) -> String {
    decode_bytes(text, true)
}

/// The text behind a percent-encoded path or fragment, where `+` is a plus sign.
#[must_use]
pub fn decode_path(text: &str) -> String {
    decode_bytes(text, false)
}

fn decode_bytes(text: &str, plus_is_space: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        match (first, hex_pair(tail)) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (b'+', _) if plus_is_space => bytes.push(b' '),
            _ => bytes.push(first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex_pair(bytes: &[u8]) -> Option<u8> {
    let high = char::from(*bytes.first()?).to_digit(16)?;
    let low = char::from(*bytes.get(1)?).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

/// The pairs of a query string, with or without its `?`, in order.
#[must_use]
pub fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .trim_start_matches('?')
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// `?a=1&b=2` for these pairs; empty for none.
#[must_use]
pub fn build<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(&encode(name.as_ref()));
        query.push('=');
        query.push_str(&encode(value.as_ref()));
    }
    query
}

/// The query with the parameter `name` set to `value` (taken out where it is empty); others stay in order.
#[must_use]
pub fn with(query: &str, name: &str, value: &str) -> String {
    let mut all = pairs(query);
    all.retain(|(known, _)| known != name);
    if !value.is_empty() {
        all.push((name.to_owned(), value.to_owned()));
    }
    build(all)
}

/// The first value of the parameter `name`; an empty one counts as absent.
#[must_use]
pub fn get(query: &str, name: &str) -> Option<String> {
    pairs(query).into_iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_reads_back_the_same() {
        let all = vec![
            ("pool".to_owned(), "blue & green=1".to_owned()),
            ("note".to_owned(), "naïve\nline ☃ 100% +".to_owned()),
            ("empty".to_owned(), String::new()),
        ];
        assert_eq!(pairs(&build(all.clone())), all);
    }

    #[test]
    fn a_broken_escape_stays_as_it_is() {
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%4"), "%zz%4");
        assert_eq!(decode("a+b"), "a b");
        assert_eq!(decode_path("a+b%2Fc"), "a+b/c");
    }

    #[test]
    fn setting_a_parameter_keeps_the_others() {
        assert_eq!(with("?q=a&tag=x", "q", "b c"), "?tag=x&q=b%20c");
        assert_eq!(with("?q=a&tag=x", "tag", ""), "?q=a");
        assert_eq!(with("?q=a", "q", ""), "");
    }

    #[test]
    fn a_path_keeps_its_slashes() {
        assert_eq!(encode_path("net/open port"), "net/open%20port");
    }
}
