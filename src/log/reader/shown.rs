//! What a reader's state says to the toolbar and to each line. Pure.

use lastmile_protocol::LogHead;

use crate::log::progress::Progress;
use crate::log::selection::Selection;
use crate::log::stamp::Moment;

/// What the toolbar shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// The log's size.
    pub head: LogHead,
    /// Whether the end is being followed.
    pub follow: bool,
    /// Lines that came since the end was left.
    pub news: u64,
    /// The first line in view, from 0.
    pub first: u64,
    /// Why lines are missing.
    pub error: Option<String>,
    /// Whether the first answer is there.
    pub ready: bool,
    /// How far the run says that it is.
    pub progress: Option<Progress>,
    /// The lines that the address names.
    pub selection: Option<Selection>,
    /// Whether only matches are shown.
    pub filters: bool,
    /// Whether lines come faster than they can be read out.
    pub heavy: bool,
}

/// A movement by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One line down.
    LineDown,
    /// One line up.
    LineUp,
    /// A window down.
    PageDown,
    /// A window up.
    PageUp,
    /// To the first line.
    Start,
    /// To the last line, and on with it.
    End,
}

/// What a line looks like beyond its text; a line is drawn again when this changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    /// The line's number, from 0.
    pub number: u64,
    /// The line's version; `None` for the stand-in of a line that is not held.
    pub version: Option<u32>,
    /// The address names it.
    pub selected: bool,
    /// It is the match that is shown.
    pub found: bool,
    /// All of it is shown, however long.
    pub opened: bool,
    /// It is the head of a folded group with so many lines.
    pub folded: Option<u64>,
    /// So many lines above it are left out by the filter.
    pub left_out: u64,
    /// When it came.
    pub moment: Moment,
}
