//! How far a run is, where its output says so. Pure.
//!
//! Two ways to say it: a line `LASTMILE_PROGRESS=0.4 text` (see `docs/LOG.md`), and OSC 9;4, which ConEmu began and
//! many programs write.

/// The word that begins a line of progress.
const WORD: &str = "LASTMILE_PROGRESS=";

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// From 0 to 100; `None`: at work, nobody knows how far.
    pub percent: Option<f64>,
    /// What it is doing.
    pub text: String,
    /// How it goes.
    pub mood: Mood,
    /// It is over: nothing is to be shown any more.
    pub gone: bool,
}

/// How it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Well.
    #[default]
    Normal,
    /// Something went wrong.
    Error,
    /// It has stopped for a while, or warns.
    Paused,
}

impl Progress {
    /// Reads a line that begins with `LASTMILE_PROGRESS=`: a share from 0 to 1 or a percentage, then words.
    #[must_use]
    pub fn from_line(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(WORD)?;
        let (number, words) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let percent = match number.strip_suffix('%') {
            Some(percent) => percent.parse::<f64>().ok()?,
            None => number.parse::<f64>().ok()? * 100.0,
        };
        let within = (0.0..=100.0).contains(&percent);
        within.then(|| Self { percent: Some(percent), text: words.trim().to_owned(), ..Self::default() })
    }

    /// The parameters of OSC 9;4 after those two: state, and percent from 0 to 100.
    pub(super) fn from_terminal(params: &[&[u8]]) -> Option<Self> {
        let number = |at: usize| str::from_utf8(params.get(at)?).ok()?.parse::<u8>().ok();
        let percent = number(1).filter(|percent| *percent <= 100).map(f64::from);
        let plain = Self { percent, ..Self::default() };
        Some(match number(0)? {
            0 => Self { gone: true, ..Self::default() },
            1 => Self { percent: Some(percent?), ..plain },
            2 => Self { mood: Mood::Error, ..plain },
            3 => Self { percent: None, ..plain },
            4 => Self { mood: Mood::Paused, ..plain },
            _ => return None,
        })
    }

    /// "40 %", or nothing where nobody knows.
    #[must_use]
    pub fn number(&self) -> String {
        self.percent.map_or_else(String::new, |percent| format!("{percent:.0} %"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_a_share_or_a_percentage_and_what_is_done() {
        let progress = Progress::from_line("LASTMILE_PROGRESS=0.4 copying tables").unwrap();
        assert_eq!((progress.number().as_str(), progress.text.as_str()), ("40 %", "copying tables"));
        assert_eq!(Progress::from_line("LASTMILE_PROGRESS=100%").unwrap().percent, Some(100.0));
    }

    #[test]
    fn what_is_no_share_is_an_ordinary_line() {
        for wrong in [
            "LASTMILE_PROGRESS=",
            "LASTMILE_PROGRESS=1.2",
            "LASTMILE_PROGRESS=-1%",
            "LASTMILE_PROGRESS=NaN x",
            " LASTMILE_PROGRESS=0.1",
            "x",
        ] {
            assert_eq!(Progress::from_line(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_terminal_sequence_says_state_and_percent() {
        let read = |params: &[&[u8]]| Progress::from_terminal(params);
        assert_eq!(read(&[b"1", b"40"]).unwrap().percent, Some(40.0));
        assert_eq!(read(&[b"2", b"40"]).unwrap().mood, Mood::Error);
        assert_eq!(read(&[b"3"]).unwrap().percent, None);
        assert!(read(&[b"0"]).unwrap().gone);
        assert_eq!(read(&[b"1", b"140"]), None);
        assert_eq!(read(&[b"9"]), None);
    }
}
