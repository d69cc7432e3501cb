//! When a runbook is due to be read again: `last_reviewed_on` plus `review_in`.
//!
//! Pure: today comes in as a value. Page, search and lint ask here, so that they never disagree.

use std::fmt;

use crate::FrontMatter;

/// A day of the Gregorian calendar that exists, of the years 1 to 9999. Earlier days are less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// The day, if it exists.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_of_month(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// Reads `2026-11-24`; a time behind it (`2026-11-24T10:00:00Z`, `2026-11-24 10:00`) is left out.
    ///
    /// ```
    /// use lastmile_runbook::freshness::Day;
    /// assert_eq!(Day::parse("2026-11-24"), Day::new(2026, 11, 24));
    /// assert_eq!(Day::parse("2026-02-30"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (date, rest) = text.split_at_checked(10)?;
        if !(rest.is_empty() || rest.starts_with(['T', 't', ' '])) {
            return None;
        }
        let shape = date.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        if !shape {
            return None;
        }
        Self::new(date[..4].parse().ok()?, date[5..7].parse().ok()?, date[8..].parse().ok()?)
    }

    /// The day (in UTC) of a time in milliseconds since 1970; times out of range become the nearest day in it.
    #[must_use]
    pub fn of_millis(millis: i64) -> Self {
        Self::from_number(millis.div_euclid(86_400_000))
    }

    /// This day so many calendar months later. The 31st becomes the last day of a shorter month.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Option<Self> {
        let since = u32::from(self.year) * 12 + u32::from(self.month) - 1;
        let target = since.checked_add(months)?;
        let (year, month) = (u16::try_from(target / 12).ok()?, u8::try_from(target % 12 + 1).ok()?);
        Self::new(year, month, self.day.min(days_of_month(year, month)))
    }

    /// This day so many days later.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Option<Self> {
        let later = self.number() + i64::from(days);
        (later <= LAST.number()).then(|| Self::from_number(later))
    }

    /// Days from 1970-01-01 to this day (Howard Hinnant's `days_from_civil`).
    fn number(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The day that so many days after 1970-01-01 is (`civil_from_days`).
    fn from_number(number: i64) -> Self {
        let shifted = number.clamp(FIRST.number(), LAST.number()) + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = (month + 2) % 12 + 1;
        let year = year + era * 400 + i64::from(month <= 2);
        let known = |value: i64| u8::try_from(value).unwrap_or(1);
        Self { year: u16::try_from(year).unwrap_or(1), month: known(month), day: known(day) }
    }
}

const FIRST: Day = Day { year: 1, month: 1, day: 1 };
const LAST: Day = Day { year: 9999, month: 12, day: 31 };

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn days_of_month(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u8::from(leap),
        _ => 31,
    }
}

/// The day by which the runbook must be reviewed again; `None` where it does not say so in a way that can be read.
#[must_use]
pub fn review_due(meta: &FrontMatter) -> Option<Day> {
    let reviewed = Day::parse(meta.last_reviewed_on.as_deref()?)?;
    after(reviewed, meta.review_in.as_deref()?)
}

/// Whether the review is overdue: on the day itself it is due, from the next day on overdue.
#[must_use]
pub fn is_overdue(meta: &FrontMatter, today: Day) -> bool {
    review_due(meta).is_some_and(|due| due < today)
}

/// `6 months`, `1 year`, `2 weeks`, `90 days` after `day`; the number may be a word up to twelve, and the
/// blank may be left out.
fn after(day: Day, period: &str) -> Option<Day> {
    let period = period.trim().to_ascii_lowercase();
    let period = period.strip_prefix("in ").unwrap_or(&period);
    let split = match period.find(char::is_whitespace) {
        Some(at) => at,
        None => period.find(|c: char| !c.is_ascii_digit())?,
    };
    let (number, unit) = period.split_at(split);
    let number: u32 = number.parse().ok().or_else(|| in_words(number))?;
    match unit.trim() {
        "day" | "days" => day.plus_days(number),
        "week" | "weeks" => day.plus_days(number.checked_mul(7)?),
        "month" | "months" => day.plus_months(number),
        "quarter" | "quarters" => day.plus_months(number.checked_mul(3)?),
        "year" | "years" => day.plus_months(number.checked_mul(12)?),
        _ => None,
    }
}

fn in_words(word: &str) -> Option<u32> {
    const WORDS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    if matches!(word, "a" | "an") {
        return Some(1);
    }
    let at = WORDS.iter().position(|known| *known == word)?;
    u32::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(reviewed: &str, period: &str) -> FrontMatter {
        FrontMatter {
            last_reviewed_on: Some(reviewed.to_owned()),
            review_in: Some(period.to_owned()),
            ..FrontMatter::default()
        }
    }

    #[test]
    fn the_review_is_due_so_much_after_the_last_one() {
        let cases = [
            ("2026-05-24", "6 months", "2026-11-24"),
            ("2026-11-24", "1 year", "2027-11-24"),
            ("2026-11-24", "2 weeks", "2026-12-08"),
            ("2026-11-24", "90 days", "2027-02-22"),
            ("2024-02-29", "1 year", "2025-02-28"),
            ("2026-08-31", "Six Months", "2027-02-28"),
            ("2026-11-24T10:00:00Z", "3months", "2027-02-24"),
            ("2026-11-24", "a year", "2027-11-24"),
        ];
        for (reviewed, period, due) in cases {
            let found = review_due(&meta(reviewed, period)).map(|day| day.to_string());
            assert_eq!(found.as_deref(), Some(due), "{reviewed} {period}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_never_called_overdue() {
        let today = Day::new(2026, 11, 24).unwrap();
        let cases = [
            ("last spring", "6 months"),
            ("2026-02-30", "6 months"),
            ("2026-01-01", "soon"),
            ("2026-01-01", ""),
            ("2026-01-01", "é"),
            ("2026-01-01", "99999999999 days"),
            ("2026-01-01", "4294967295 years"),
            ("24/11/2026", "1 day"),
        ];
        for (reviewed, period) in cases {
            assert_eq!(review_due(&meta(reviewed, period)), None, "{reviewed} {period}");
            assert!(!is_overdue(&meta(reviewed, period), today));
        }
        assert!(!is_overdue(&FrontMatter::default(), today));
    }

    #[test]
    fn on_its_day_a_review_is_due_and_from_the_next_on_overdue() {
        let meta = meta("2026-11-17", "1 week");
        assert!(!is_overdue(&meta, Day::new(2026, 11, 24).unwrap()));
        assert!(is_overdue(&meta, Day::new(2026, 11, 25).unwrap()));
    }

    #[test]
    fn days_and_their_numbers_agree_over_four_centuries() {
        let first = Day::new(1800, 1, 1).unwrap();
        let mut day = first;
        for step in 1..=150_000 {
            let next = day.plus_days(1).unwrap();
            assert!(next > day, "{day} {next}");
            assert_eq!(Day::parse(&next.to_string()), Some(next));
            assert_eq!(first.plus_days(step), Some(next));
            day = next;
        }
        assert_eq!(Day::of_millis(1_795_478_400_000).to_string(), "2026-11-24");
        assert_eq!(Day::of_millis(-1).to_string(), "1969-12-31");
        assert_eq!(Day::of_millis(i64::MAX), LAST);
    }
}
