//! Times and durations as people read them. Pure: the browser's clock and time zone come in as values.

use lastmile_protocol::Millis;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long ago `at` is: "just now", "3 min ago", "in 5 min".
///
/// A few seconds in the future count as now, because the server's clock and the browser's differ.
#[must_use]
pub fn relative(at: Millis, now: Millis) -> String {
    let ago = now.0.saturating_sub(at.0);
    if ago.abs() < 5 * SECOND {
        return "just now".to_owned();
    }
    if ago < 0 { format!("in {}", coarse(nearest(-ago))) } else { format!("{} ago", coarse(ago)) }
}

/// To the nearest whole unit: what was given for an hour a moment ago ends in 1 h, not in 59 min.
fn nearest(millis: i64) -> i64 {
    let unit = match millis {
        m if m < MINUTE => SECOND,
        m if m < HOUR => MINUTE,
        m if m < DAY => HOUR,
        _ => DAY,
    };
    (millis + unit / 2) / unit * unit
}

fn coarse(millis: i64) -> String {
    let (count, unit) = match millis {
        m if m < MINUTE => (m / SECOND, "s"),
        m if m < HOUR => (m / MINUTE, "min"),
        m if m < DAY => (m / HOUR, "h"),
        m => (m / DAY, if m < 2 * DAY { "day" } else { "days" }),
    };
    format!("{count} {unit}")
}

/// A duration in at most two units: "0.4 s", "12 s", "3 min 5 s", "2 h 10 min", "4 days 3 h".
#[must_use]
pub fn duration(millis: i64) -> String {
    let millis = millis.max(0);
    if millis < 10 * SECOND {
        return format!("{}.{} s", millis / SECOND, millis % SECOND / 100);
    }
    let pair = |large: i64, large_unit: &str, small: i64, small_unit: &str| {
        if small == 0 {
            format!("{large} {large_unit}")
        } else {
            format!("{large} {large_unit} {small} {small_unit}")
        }
    };
    match millis {
        m if m < MINUTE => format!("{} s", m / SECOND),
        m if m < HOUR => pair(m / MINUTE, "min", m % MINUTE / SECOND, "s"),
        m if m < DAY => pair(m / HOUR, "h", m % HOUR / MINUTE, "min"),
        m => pair(m / DAY, if m < 2 * DAY { "day" } else { "days" }, m % DAY / HOUR, "h"),
    }
}

/// A duration given in whole seconds, as an action's header has it.
#[must_use]
pub fn duration_of_seconds(seconds: u64) -> String {
    let millis = i64::try_from(seconds).unwrap_or(i64::MAX / SECOND).saturating_mul(SECOND);
    if millis < 10 * SECOND { format!("{seconds} s") } else { duration(millis) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_slightly_behind_shows_no_future() {
        assert_eq!(relative(Millis(4_000), Millis(0)), "just now");
    }

    #[test]
    fn relative_times_use_the_largest_unit_that_fits() {
        let now = Millis(10 * DAY);
        let ago = |millis: i64| relative(Millis(now.0 - millis), now);
        assert_eq!(ago(59 * SECOND), "59 s ago");
        assert_eq!(ago(61 * SECOND), "1 min ago");
        assert_eq!(ago(23 * HOUR), "23 h ago");
        assert_eq!(ago(DAY), "1 day ago");
        assert_eq!(ago(9 * DAY), "9 days ago");
        assert_eq!(relative(Millis(now.0 + 9 * MINUTE), now), "in 9 min");
        assert_eq!(relative(Millis(now.0 + HOUR - 900), now), "in 1 h");
        assert_eq!(relative(Millis(now.0 + 30 * DAY - HOUR), now), "in 30 days");
    }

    #[test]
    fn durations_show_two_units_and_leave_out_a_zero() {
        assert_eq!(duration(0), "0.0 s");
        assert_eq!(duration(-5), "0.0 s");
        assert_eq!(duration(9_949), "9.9 s");
        assert_eq!(duration(12_400), "12 s");
        assert_eq!(duration(5 * MINUTE), "5 min");
        assert_eq!(duration(2 * HOUR + 10 * MINUTE), "2 h 10 min");
        assert_eq!(duration(4 * DAY + 3 * HOUR), "4 days 3 h");
    }

    #[test]
    fn header_durations_have_no_decimals() {
        assert_eq!(duration_of_seconds(5), "5 s");
        assert_eq!(duration_of_seconds(300), "5 min");
        assert_eq!(duration_of_seconds(u64::MAX).split(' ').nth(1), Some("days"));
    }
}
