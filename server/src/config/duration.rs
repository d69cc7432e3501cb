//! Durations as the config writes them: `90s`, `5m`, `1h30m`, `2d`.

use serde::{Deserialize, Deserializer, de::Error};

/// Whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seconds(pub(super) u64);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::of(&String::deserialize(from)?, "")
    }
}

impl Seconds {
    /// What a text says. `other` ends the message of what can't be read: what else may stand there.
    pub(super) fn of<E: Error>(text: &str, other: &str) -> Result<Self, E> {
        parse(text).map(Self).ok_or_else(|| {
            E::custom(format!("`{text}` is no duration; write it like 90s, 5m or 1h30m{other}"))
        })
    }
}

fn parse(text: &str) -> Option<u64> {
    let mut total: u64 = 0;
    let mut number = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return None,
        };
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(unit)?)?;
        number.clear();
    }
    (number.is_empty() && !text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn durations_add_up_and_anything_else_is_refused() {
        assert_eq!(parse("1h30m"), Some(5400));
        assert_eq!(parse("90s"), Some(90));
        for wrong in ["", "5", "m", "5x", "-1s", "99999999999999999999d"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
