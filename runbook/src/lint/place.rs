//! From a script or a header back to the file.

use crate::{
    Action,
    position::{Lines, Position},
};

/// The place in the file of the byte at `offset` of the action's script.
pub(super) fn in_script(action: &Action, offset: usize, lines: &Lines<'_>) -> Position {
    let before = action.script.get(..offset).unwrap_or(&action.script);
    let line = before.matches('\n').count();
    let of_script = action.script.lines().nth(line).unwrap_or_default();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    let number = action.line + 1 + line;
    // In a list or quote the file's line is longer than the script's.
    let shift = lines.text(number).chars().count().saturating_sub(of_script.chars().count());
    Position { line: number, column: shift + column + 1 }
}

/// Where `word` stands in the header, from the line with `key` on; the fence's opening if it is not found.
pub(super) fn in_header(action: &Action, key: &str, word: &str, lines: &Lines<'_>) -> Position {
    let mut below_key = false;
    let mut offset = 0;
    for line in action.script.split_inclusive('\n') {
        let text = line.trim_start_matches(['#', '/', '-']);
        let Some(yaml) = text.strip_prefix('|') else { break };
        let from = line.len() - yaml.len();
        if !yaml.starts_with("  ") || yaml.trim_start().starts_with(key) {
            below_key = yaml.trim_start().trim_start_matches(['"', '\'']).starts_with(key);
        }
        if below_key && let Some(at) = find_word(yaml, word) {
            return in_script(action, offset + from + at, lines);
        }
        offset += line.len();
    }
    Position { line: action.line, column: 1 }
}

/// The offset of `word` where it is not part of a longer one.
pub(super) fn find_word(text: &str, word: &str) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut matches = text.match_indices(word).map(|(at, _)| at);
    matches.find(|&at| !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

/// The place of the front matter's line for `field`; the file's beginning if it is not found.
pub(super) fn in_front(field: &str, body_line: usize, lines: &Lines<'_>) -> Position {
    let of_field = |line: &usize| {
        lines
            .text(*line)
            .trim_start_matches(['"', '\''])
            .strip_prefix(field)
            .is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':'))
    };
    let line = (1..body_line).find(of_field).unwrap_or(1);
    Position { line, column: 1 }
}
