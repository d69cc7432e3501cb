//! Names that differ from what was typed by a slip or two. Pure.

/// At most so many names stand in for a word.
const MOST: usize = 8;

/// The names nearest to `typed`, as long as they are near enough: one slip in four to seven letters, two in more. A
/// slip is a letter too many, missing, wrong, or two of them swapped. A name may go on where `typed` ends.
pub(super) fn nearest(typed: &str, names: &[String]) -> Vec<String> {
    let typed: Vec<char> = typed.chars().collect();
    let allowed = match typed.len() {
        4..=7 => 1,
        8..=32 => 2,
        _ => return Vec::new(),
    };
    let mut rows = Rows::default();
    let costs = names.iter().filter_map(|name| rows.cost(&typed, name, allowed).map(|cost| (cost, name)));
    let mut near: Vec<(usize, &String)> = costs.collect();
    let Some(least) = near.iter().map(|(cost, _)| *cost).min() else { return Vec::new() };
    near.retain(|(cost, _)| *cost == least);
    near.into_iter().take(MOST).map(|(_, name)| name.clone()).collect()
}

/// The last rows of the table in which distances are reckoned (optimal string alignment): row `i` holds how far the
/// first `i` typed letters are from each beginning of the name. Kept from name to name, for there are many.
#[derive(Default)]
struct Rows {
    name: Vec<char>,
    before: Vec<usize>,
    row: Vec<usize>,
    next: Vec<usize>,
}

impl Rows {
    /// Slips count double, a name that goes on one more; `None` if there are too many.
    fn cost(&mut self, typed: &[char], name: &str, allowed: usize) -> Option<usize> {
        self.name.clear();
        // What stands further behind the typed letters costs nothing: no need to look at it.
        self.name.extend(name.chars().take(typed.len() + allowed + 1));
        if self.name.len() + allowed < typed.len() {
            return None;
        }
        self.row.clear();
        self.row.extend(0..=self.name.len());
        for at in 0..typed.len() {
            self.step(typed, at);
            // It only grows from row to row.
            if self.row.iter().min().is_none_or(|least| *least > allowed) {
                return None;
            }
        }
        let whole = self.row.last()?;
        let begun = self.row.iter().min()?;
        Some((whole * 2).min(begun * 2 + 1))
    }

    fn step(&mut self, typed: &[char], i: usize) {
        let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
        let letter = typed.get(i);
        self.next.clear();
        self.next.push(i + 1);
        for (j, here) in self.name.iter().enumerate() {
            let wrong = cell(&self.row, j) + usize::from(letter != Some(here));
            let mut best = wrong.min(cell(&self.row, j + 1) + 1).min(cell(&self.next, j) + 1);
            if i > 0 && j > 0 && typed.get(i - 1) == Some(here) && self.name.get(j - 1) == letter {
                best = best.min(cell(&self.before, j - 1) + 1);
            }
            self.next.push(best);
        }
        std::mem::swap(&mut self.before, &mut self.row);
        std::mem::swap(&mut self.row, &mut self.next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(typed: &str) -> Vec<String> {
        let names =
            ["kubernetes", "haproxy", "postgres", "deploy", "deployment", "disk", "failover", "ledger"];
        nearest(typed, &names.map(str::to_owned))
    }

    #[test]
    fn a_slip_in_a_short_word_and_two_in_a_long_one_are_forgiven() {
        for (typed, expected) in [
            ("hapoxy", "haproxy"),
            ("postgers", "postgres"),
            ("kuberntees", "kubernetes"),
            ("dsik", "disk"),
            ("deplyo", "deploy"),
            ("faliover", "failover"),
            ("ledgre", "ledger"),
        ] {
            assert_eq!(near(typed), [expected], "{typed}");
        }
    }

    #[test]
    fn a_slip_is_forgiven_while_a_word_is_still_being_typed() {
        assert_eq!(near("kuebr"), ["kubernetes"]);
        assert_eq!(near("psotg"), ["postgres"]);
    }

    #[test]
    fn what_is_far_from_everything_stands_for_nothing() {
        for typed in ["dsk", "acme", "zzzzzzzz", "", &"x".repeat(10_000)] {
            assert!(near(typed).is_empty(), "{typed}");
        }
    }
}
