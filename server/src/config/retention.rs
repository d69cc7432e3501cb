//! `[retention]`: which logs stay, and from when on they are compressed.

use serde::{Deserialize, Deserializer};

use super::duration::Seconds;
use super::file::millis;

/// Most logs that are read are of today and yesterday; a week leaves those of the last on-call shift as they were written.
const COMPRESS_AFTER_S: u64 = 7 * 24 * 60 * 60;

/// What becomes of a runbook's logs; `None`: no such rule.
#[derive(Clone, Copy, Debug, Default)]
pub struct Retention {
    /// Most milliseconds since the run's end.
    pub age_ms: Option<i64>,
    /// Most logs of one runbook.
    pub count: Option<usize>,
    /// Most bytes that the logs of one runbook take of the disk.
    pub size: Option<u64>,
    /// Milliseconds since the run's end after which its log is compressed.
    pub compress_ms: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RetentionEntry {
    age: Option<Seconds>,
    count: Option<usize>,
    size: Option<u64>,
    compress: Compress,
}

/// A duration, or `never`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compress {
    After(Seconds),
    Never,
}

impl Default for Compress {
    fn default() -> Self {
        Self::After(Seconds(COMPRESS_AFTER_S))
    }
}

impl<'de> Deserialize<'de> for Compress {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == "never" {
            return Ok(Self::Never);
        }
        Seconds::of(&text, ", or never").map(Self::After)
    }
}

pub(super) fn check(given: &RetentionEntry) -> Retention {
    let age_ms = given.age.map(|age| millis(Some(age), 0));
    let compress_ms = match given.compress {
        Compress::After(age) => Some(millis(Some(age), 0)),
        Compress::Never => None,
    };
    Retention { age_ms, count: given.count, size: given.size, compress_ms }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compress(text: &str) -> Result<Option<i64>, String> {
        let entry = toml::from_str::<RetentionEntry>(text).map_err(|error| error.to_string())?;
        Ok(check(&entry).compress_ms)
    }

    #[test]
    fn logs_are_compressed_after_a_week_or_when_the_config_says_or_never() {
        assert_eq!(compress(""), Ok(Some(604_800_000)));
        assert_eq!(compress("compress = \"36h\""), Ok(Some(129_600_000)));
        assert_eq!(compress("compress = \"never\""), Ok(None));
        let refused = compress("compress = \"soon\"").unwrap_err();
        assert!(
            refused.contains("`soon` is no duration; write it like 90s, 5m or 1h30m, or never"),
            "{refused}"
        );
    }
}
