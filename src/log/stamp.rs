//! The time before a line. Pure.

use super::settings::Stamps;

/// What is known of a line's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since the run's start.
    pub ms: u32,
    /// The same of the line before, if that is held.
    pub before: Option<u32>,
}

/// The words before a line; `start` is the run's start, in milliseconds of the reader's own clock since midnight, on
/// the first day.
#[must_use]
pub fn words(stamps: Stamps, moment: Moment, start: Option<u64>) -> String {
    match stamps {
        Stamps::Off => String::new(),
        Stamps::Start => since(moment.ms),
        Stamps::Previous => moment.before.map_or_else(String::new, |before| {
            let gone = moment.ms.saturating_sub(before);
            format!("+{}.{:03}", gone / 1000, gone % 1000)
        }),
        Stamps::Clock => start.map_or_else(String::new, |start| clock(start + u64::from(moment.ms))),
    }
}

/// "0:04.120", "1:02:03.004".
fn since(ms: u32) -> String {
    let (seconds, ms) = (ms / 1000, ms % 1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}.{ms:03}")
    } else {
        format!("{minutes}:{seconds:02}.{ms:03}")
    }
}

/// "23:59:01.250".
fn clock(ms: u64) -> String {
    let (seconds, ms) = (ms / 1000, ms % 1000);
    format!("{:02}:{:02}:{:02}.{ms:03}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_time_reads_as_people_write_it() {
        let moment = Moment { ms: 3_723_004, before: Some(3_721_500) };
        let start = Some(23 * 3_600_000);
        assert_eq!(words(Stamps::Start, moment, start), "1:02:03.004");
        assert_eq!(words(Stamps::Previous, moment, start), "+1.504");
        assert_eq!(words(Stamps::Clock, moment, start), "00:02:03.004");
        assert_eq!(words(Stamps::Start, Moment { ms: 4120, before: None }, None), "0:04.120");
        assert_eq!(words(Stamps::Previous, Moment { ms: 4120, before: None }, None), "");
        assert_eq!(words(Stamps::Off, moment, start), "");
    }
}
