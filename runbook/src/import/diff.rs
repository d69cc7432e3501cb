//! Edits as a new text and as a unified diff.

use std::fmt::Write as _;

use super::Edit;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The text with the edits, which are in the order of lines and don't overlap.
pub(super) fn apply(source: &str, edits: &[Edit]) -> String {
    let end = line_end(source);
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let mut text = String::with_capacity(source.len() + 1024);
    let mut at = 0;
    for edit in edits {
        let start = (edit.line - 1).min(lines.len());
        lines.get(at..start).unwrap_or_default().iter().for_each(|line| text.push_str(line));
        edit.added.iter().for_each(|line| text.extend([line.as_str(), end]));
        at = start + edit.removed;
    }
    lines.get(at..).unwrap_or_default().iter().for_each(|line| text.push_str(line));
    text
}

fn line_end(source: &str) -> &'static str {
    if source.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The edits as `diff -u` writes them, with `a/` and `b/` before the path.
pub(super) fn unified(source: &str, edits: &[Edit], path: &str) -> String {
    let mut text = String::new();
    if edits.is_empty() {
        return text;
    }
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let path: String = path.trim_start_matches('/').chars().filter(|c| !c.is_control()).collect();
    // Writing to a String can't fail.
    let _ = write!(text, "--- a/{path}\n+++ b/{path}\n");
    let mut shift = 0_isize;
    let mut rest = edits;
    while !rest.is_empty() {
        let near = |pair: &[Edit]| matches!(pair, [a, b] if b.line <= a.line + a.removed + 2 * CONTEXT);
        let count = 1 + rest.windows(2).take_while(|pair| near(pair)).count();
        let (group, later) = rest.split_at(count);
        hunk(&mut text, group, &lines, &mut shift, line_end(source));
        rest = later;
    }
    text
}

/// One hunk; `shift` is how many lines the hunks before have added.
fn hunk(text: &mut String, group: &[Edit], lines: &[&str], shift: &mut isize, end: &str) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
    let start = (first.line - 1).saturating_sub(CONTEXT);
    let stop = (last.line - 1 + last.removed + CONTEXT).min(lines.len());
    let mut body = String::new();
    let mut at = start;
    let (mut old, mut new) = (0_usize, 0_usize);
    for edit in group {
        let to = edit.line - 1;
        for line in lines.get(at..to).unwrap_or_default() {
            put(&mut body, ' ', line);
        }
        for line in lines.get(to..to + edit.removed).unwrap_or_default() {
            put(&mut body, '-', line);
        }
        for line in &edit.added {
            put(&mut body, '+', &format!("{line}{end}"));
        }
        old += to - at + edit.removed;
        new += to - at + edit.added.len();
        at = to + edit.removed;
    }
    for line in lines.get(at..stop).unwrap_or_default() {
        put(&mut body, ' ', line);
    }
    let tail = stop.saturating_sub(at);
    (old, new) = (old + tail, new + tail);
    let from = start + usize::from(old > 0);
    let to = from.saturating_add_signed(*shift).max(1);
    let _ = write!(text, "@@ -{from},{old} +{to},{new} @@\n{body}");
    *shift += isize::try_from(new).unwrap_or(0) - isize::try_from(old).unwrap_or(0);
}

fn put(body: &mut String, sign: char, line: &str) {
    body.push(sign);
    body.push_str(line);
    if !line.ends_with('\n') {
        body.push_str("\n\\ No newline at end of file\n");
    }
}
