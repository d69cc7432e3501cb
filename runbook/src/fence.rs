//! A fenced code block as it stands in the file: its opening line, and whether it is closed.

use std::ops::Range;

use crate::position::Lines;

/// What the raw lines of a fence say.
pub(crate) struct Opening<'a> {
    /// The info string, not unescaped.
    pub(crate) info: &'a str,
    /// Whether a closing line follows the content.
    pub(crate) closed: bool,
}

/// Reads the raw lines of the fence in `range`, whose content has `content` lines.
pub(crate) fn opening<'a>(
    source: &'a str,
    range: &Range<usize>,
    content: usize,
    lines: &Lines<'_>,
) -> Opening<'a> {
    let text = source.get(range.clone()).unwrap_or_default();
    let text = text.trim_start();
    let first = text.lines().next().unwrap_or_default();
    let sign = first.chars().next().unwrap_or('`');
    let info = first.trim_start_matches(sign);
    let width = first.len() - info.len();
    // The parser's range may end before or after the last line's end.
    let last = lines.line(range.end.saturating_sub(1).max(range.start));
    let closing = lines.text(last).trim_start_matches([' ', '\t', '>']).trim_end();
    let is_closing = closing.len() >= width && closing.chars().all(|c| c == sign);
    Opening { info, closed: is_closing && last > lines.line(range.start) + content }
}
