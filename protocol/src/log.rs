//! The log on the wire: a window, never the whole.

use serde::{Deserialize, Serialize};

use crate::RunId;

/// Most bytes of text in one window; a longer line is cut, and the rest is a byte range of `log.txt` away.
pub const WINDOW_BYTES: usize = 64 * 1024;

/// Most lines in one window.
pub const WINDOW_LINES: u32 = 1000;

/// How long the log is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogHead {
    /// Lines so far; an unfinished last line counts.
    pub lines: u64,
    /// Bytes so far.
    pub bytes: u64,
    /// Whether nothing will be added.
    pub finished: bool,
}

/// `GET /api/v1/runs/{id}/log?first=N&count=K`: lines `first … first + lines.len() - 1`, counted from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogWindow {
    /// The log's size when the window was read.
    pub head: LogHead,
    /// Number of the first line, from 0.
    pub first: u64,
    /// The lines; fewer than asked for at the log's end or where 64 KiB are full.
    pub lines: Vec<LogLine>,
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Text without its line end; bytes that are not UTF-8 are replaced by U+FFFD.
    pub text: String,
    /// Byte offset of the line in the log.
    pub offset: u64,
    /// Bytes of the whole line, its line end included.
    pub bytes: u64,
    /// Milliseconds since the run's start at which its first byte was read.
    pub ms: u32,
    /// Which stream it came by.
    pub stream: Stream,
    /// It continues a line that the other stream interrupted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub continued: bool,
    /// A secret was masked in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
    /// It stands for output that was left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gap: bool,
    /// The text is cut: see `bytes` for the full length.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

/// Where a line came from. The numbers are those of the index file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// 1: standard output.
    #[default]
    Out,
    /// 2: standard error.
    Err,
    /// 3: Lastmile itself.
    System,
    /// One of a newer server.
    #[serde(other)]
    Unknown,
}

/// The newest lines of a run, sent at most ten times a second; lossy by design.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogTail {
    /// The run.
    pub run: RunId,
    /// The head and the newest lines.
    pub window: LogWindow,
}

/// Most numbers of lines in one answer of a search.
pub const SEARCH_LINES: usize = 1000;

/// `GET /api/v1/runs/{id}/log/search?q=…&after=N&regex=1&case=1&stream=stderr`
///
/// An answer comes after a moment, however long the log is. To count on, ask again with `searched` as `after` and add up
/// the counts; for more numbers of lines, ask with `next`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogMatches {
    /// Numbers of matching lines from `after` on, ascending, from 0; at most [`SEARCH_LINES`].
    pub lines: Vec<u64>,
    /// Give this as `after` for the next page of numbers; `None`: there are no more.
    #[serde(default)]
    pub next: Option<u64>,
    /// How many lines match among those looked at: `after` up to `searched`. More than `lines` where those are full.
    #[serde(default)]
    pub count: u64,
    /// First line that was not looked at yet.
    #[serde(default)]
    pub searched: u64,
    /// Lines of the log at that time.
    #[serde(default)]
    pub of: u64,
    /// The first matching line of each thousandth of the log that was looked at: for marks beside a scroll bar.
    #[serde(default)]
    pub marks: Vec<u64>,
}

impl LogMatches {
    /// Whether the log was looked at to its end, as it was then.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.searched >= self.of
    }
}
