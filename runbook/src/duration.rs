//! Durations as people type them: `90s`, `5m`, `2h`, `1h30m`, `2d`, or plain whole seconds.

use std::fmt::Write as _;

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Whole seconds of a duration, or `None` if `typed` is none.
///
/// Units are `d h m s`, from large to small, each at most once, without spaces; a bare whole number is
/// seconds.
///
/// ```
/// use lastmile_runbook::duration::seconds;
/// assert_eq!(seconds("1h30m"), Some(5_400));
/// assert_eq!(seconds("30m1h"), None);
/// ```
#[must_use]
pub fn seconds(typed: &str) -> Option<u64> {
    if !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return typed.parse().ok();
    }
    let (mut rest, mut total, mut allowed) = (typed, 0_u64, UNITS.as_slice());
    loop {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let unit = after.chars().next()?;
        let at = allowed.iter().position(|&(name, _)| name == unit)?;
        let (_, length) = allowed.get(at)?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*length)?)?;
        (rest, allowed) = (&after[1..], &allowed[at + 1..]);
        if rest.is_empty() {
            return Some(total);
        }
    }
}

/// The duration as people type it, such as `1h30m`; [`seconds`] reads it back.
///
/// ```
/// assert_eq!(lastmile_runbook::duration::text(28_800), "8h");
/// ```
#[must_use]
pub fn text(seconds: u64) -> String {
    let mut rest = seconds;
    let mut text = String::new();
    for (unit, length) in UNITS {
        if rest >= length {
            // Writing to a String can't fail.
            let _ = write!(text, "{}{unit}", rest / length);
            rest %= length;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::{seconds, text};

    #[test]
    fn a_written_duration_reads_back_as_the_same() {
        for of in [0, 1, 59, 60, 5_400, 28_800, 86_461, u64::MAX] {
            assert_eq!(seconds(&text(of)), Some(of), "{}", text(of));
        }
    }

    #[test]
    fn units_add_up_and_bare_numbers_are_seconds() {
        let cases = [("90s", 90), ("5m", 300), ("2h", 7_200), ("1h30m", 5_400), ("1d1s", 86_401), ("45", 45)];
        for (typed, expected) in cases {
            assert_eq!(seconds(typed), Some(expected), "{typed}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for typed in
            ["", "m", "5x", "5 m", "5m5m", "1m1h", "-5s", "1.5h", "5é", "99999999999999999999s", "1h30"]
        {
            assert_eq!(seconds(typed), None, "{typed}");
        }
    }
}
