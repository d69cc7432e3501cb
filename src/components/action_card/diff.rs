//! Which lines of a script came and went. Pure.

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    /// In both.
    Same(String),
    /// Only before.
    Gone(String),
    /// Only now.
    New(String),
}

/// Beyond this many cells the table of the comparison would be felt; such scripts are shown one after the other.
const MOST_CELLS: usize = 1_000_000;

/// Compares two scripts line by line (longest common subsequence).
#[must_use]
pub fn diff(before: &str, now: &str) -> Vec<DiffLine> {
    let before: Vec<&str> = before.lines().collect();
    let now: Vec<&str> = now.lines().collect();
    if before.len().saturating_mul(now.len()) > MOST_CELLS {
        let gone = before.iter().map(|line| DiffLine::Gone((*line).to_owned()));
        return gone.chain(now.iter().map(|line| DiffLine::New((*line).to_owned()))).collect();
    }
    walk(&before, &now, &common_lengths(&before, &now))
}

/// `table[i][j]`: how many lines `before[i..]` and `now[j..]` have in common, in order.
fn common_lengths(before: &[&str], now: &[&str]) -> Vec<Vec<u32>> {
    let mut table = vec![vec![0; now.len() + 1]; before.len() + 1];
    for i in (0..before.len()).rev() {
        for j in (0..now.len()).rev() {
            table[i][j] = if before[i] == now[j] {
                table[i + 1][j + 1] + 1
            } else {
                table[i + 1][j].max(table[i][j + 1])
            };
        }
    }
    table
}

fn walk(before: &[&str], now: &[&str], table: &[Vec<u32>]) -> Vec<DiffLine> {
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < before.len() || j < now.len() {
        if i < before.len() && j < now.len() && before[i] == now[j] {
            lines.push(DiffLine::Same(before[i].to_owned()));
            (i, j) = (i + 1, j + 1);
        } else if j == now.len() || (i < before.len() && table[i + 1][j] >= table[i][j + 1]) {
            lines.push(DiffLine::Gone(before[i].to_owned()));
            i += 1;
        } else {
            lines.push(DiffLine::New(now[j].to_owned()));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{DiffLine::*, *};

    #[test]
    fn a_changed_line_shows_what_went_before_what_came() {
        let lines = diff("a\nb\nc\n", "a\nx\nc\nd\n");
        let expected =
            [Same("a".into()), Gone("b".into()), New("x".into()), Same("c".into()), New("d".into())];
        assert_eq!(lines, expected);
    }

    #[test]
    fn very_long_scripts_are_shown_one_after_the_other() {
        let long = "line\n".repeat(1100);
        let lines = diff(&long, &long);
        assert_eq!(lines.len(), 2200);
    }

    #[test]
    fn an_empty_side_is_all_new_or_all_gone() {
        assert_eq!(diff("", "a"), [New("a".into())]);
        assert_eq!(diff("a", ""), [Gone("a".into())]);
    }
}
