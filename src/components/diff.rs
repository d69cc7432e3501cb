//! Which lines of a text came and went. Pure.

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    /// In both.
    Same(String),
    /// Only before.
    Gone(String),
    /// Only now.
    New(String),
    /// So many lines that are in both and far from any change.
    Skipped(usize),
}

/// Beyond this many cells the table of the comparison would be felt; such texts are shown one after the other.
const MOST_CELLS: usize = 1_000_000;

/// Lines that are shown around a change.
const CONTEXT: usize = 3;

/// Compares two texts line by line (longest common subsequence).
#[must_use]
pub fn diff(before: &str, now: &str) -> Vec<DiffLine> {
    let before: Vec<&str> = before.lines().collect();
    let now: Vec<&str> = now.lines().collect();
    // What is the same at both ends needs no table.
    let head = before.iter().zip(&now).take_while(|(a, b)| a == b).count();
    let (before_rest, now_rest) = (&before[head..], &now[head..]);
    let tail = before_rest.iter().rev().zip(now_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let same =
        |lines: &[&str]| lines.iter().map(|line| DiffLine::Same((*line).to_owned())).collect::<Vec<_>>();
    let mut lines = same(&before[..head]);
    lines.extend(middle(&before_rest[..before_rest.len() - tail], &now_rest[..now_rest.len() - tail]));
    lines.extend(same(&before[before.len() - tail..]));
    lines
}

/// A comparison without the lines that are the same and far from any change.
#[must_use]
pub fn around_changes(lines: Vec<DiffLine>) -> Vec<DiffLine> {
    let is_same = |line: &DiffLine| matches!(line, DiffLine::Same(_));
    let changes: Vec<usize> = (0..lines.len()).filter(|at| !is_same(&lines[*at])).collect();
    let mut next = changes.iter().peekable();
    let mut last = None;
    let mut shown = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        while next.next_if(|change| **change < at).is_some() {}
        let ahead = next.peek().is_some_and(|change| **change <= at + CONTEXT);
        let behind = last.is_some_and(|last| at <= last + CONTEXT);
        if !is_same(&line) {
            last = Some(at);
        }
        match shown.last_mut() {
            _ if ahead || behind => shown.push(line),
            Some(DiffLine::Skipped(count)) => *count += 1,
            _ => shown.push(DiffLine::Skipped(1)),
        }
    }
    shown
}

fn middle(before: &[&str], now: &[&str]) -> Vec<DiffLine> {
    if before.len().saturating_mul(now.len()) > MOST_CELLS {
        let gone = before.iter().map(|line| DiffLine::Gone((*line).to_owned()));
        return gone.chain(now.iter().map(|line| DiffLine::New((*line).to_owned()))).collect();
    }
    walk(before, now, &common_lengths(before, now))
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
    fn very_long_texts_that_differ_throughout_are_shown_one_after_the_other() {
        let numbered = |from: usize| (from..from + 1100).map(|line| format!("{line}\n")).collect::<String>();
        assert_eq!(diff(&numbered(0), &numbered(5)).len(), 2200);
        // Of equal ends only the middle counts.
        let long = "line\n".repeat(5000);
        assert_eq!(diff(&long, &format!("{long}x\n")).len(), 5001);
    }

    #[test]
    fn an_empty_side_is_all_new_or_all_gone() {
        assert_eq!(diff("", "a"), [New("a".into())]);
        assert_eq!(diff("a", ""), [Gone("a".into())]);
        assert_eq!(diff("a\na", "a"), [Same("a".into()), Gone("a".into())]);
    }

    #[test]
    fn lines_far_from_changes_are_counted_only() {
        let before: String = (0..20).map(|line| format!("{line}\n")).collect();
        let shown = around_changes(diff(&before, &before.replace("10\n", "ten\n")));
        let same = |numbers: std::ops::Range<usize>| numbers.map(|number| Same(number.to_string()));
        let mut expected = vec![Skipped(7)];
        expected.extend(same(7..10));
        expected.extend([Gone("10".into()), New("ten".into())]);
        expected.extend(same(11..14));
        expected.push(Skipped(6));
        assert_eq!(shown, expected);
        assert_eq!(around_changes(diff("a\n", "a\n")), [Skipped(1)]);
        assert_eq!(around_changes(Vec::new()), []);
    }
}
