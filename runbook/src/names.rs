//! Names: slugs as GitHub makes them, what a name may look like, and near misses.

use std::collections::HashMap;

/// The anchor GitHub gives a heading of this text, before de-duplication: lower case, only letters, marks,
/// digits, `_` and `-`, spaces as `-`.
///
/// ```
/// assert_eq!(lastmile_runbook::slug("What's up, `Bar`?"), "whats-up-bar");
/// ```
#[must_use]
pub fn slug(text: &str) -> String {
    let lower = text.trim().chars().flat_map(char::to_lowercase);
    lower.filter(|&c| c == ' ' || c == '-' || is_word(c)).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Ruby's `\p{Word}`, which GitHub uses: letters, marks, decimal digits, connector punctuation.
fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    let connector = matches!(c, '\u{203F}' | '\u{2040}' | '\u{2054}' | '\u{FE33}' | '\u{FE34}' | '\u{FF3F}');
    // Marks that are no part of `Alphabetic`: the blocks that text on the web really uses.
    let mark = matches!(c,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{64B}'..='\u{65F}'
        | '\u{93C}' | '\u{94D}' | '\u{9BC}' | '\u{9CD}' | '\u{E47}'..='\u{E4E}' | '\u{20D0}'..='\u{20F0}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}');
    // Superscripts, fractions and circled numbers are numeric, yet no digits.
    let other_number = matches!(c,
        '²' | '³' | '¹' | '¼'..='¾' | '\u{2070}'..='\u{2089}' | '\u{2150}'..='\u{215F}'
        | '\u{2460}'..='\u{249B}' | '\u{24EA}'..='\u{24FF}' | '\u{2776}'..='\u{2793}');
    connector || mark || (c.is_alphanumeric() && !other_number)
}

/// Gives each name once: a repeated one gets `-1`, `-2`, …, as on GitHub.
///
/// For each name that was asked for, how many numbered ones were given; those are not listed themselves.
#[derive(Default)]
pub(crate) struct Unique(HashMap<String, usize>);

impl Unique {
    /// `name` if nobody has it yet, else the first free `name-N`; taken from now on.
    pub(crate) fn take(&mut self, name: &str) -> String {
        if !self.has(name) {
            self.0.insert(name.to_owned(), 0);
            return name.to_owned();
        }
        let mut number = self.0.get(name).copied().unwrap_or_default();
        let free = loop {
            number += 1;
            let free = format!("{name}-{number}");
            if !self.0.contains_key(&free) {
                break free;
            }
        };
        match self.0.get_mut(name) {
            Some(count) => *count = number,
            None => drop(self.0.insert(name.to_owned(), number)),
        }
        free
    }

    /// Whether somebody has it.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name) || self.is_numbered(name)
    }

    /// Whether it is one that was given to a repeated name: of `name`, all from 1 to its count are taken.
    fn is_numbered(&self, name: &str) -> bool {
        let Some((base, digits)) = name.rsplit_once('-') else { return false };
        let Ok(number) = digits.parse::<usize>() else { return false };
        digits.starts_with(|c: char| matches!(c, '1'..='9'))
            && self.0.get(base).is_some_and(|&count| number <= count)
    }
}

/// Whether `name` may name an action or a step: letters, digits, `.`, `_` and `-`, not beginning with a
/// sign, at most 100 characters. It stands in anchors and links.
pub(crate) fn is_name(name: &str) -> bool {
    let first_fits = name.chars().next().is_some_and(|first| is_word(first) && first != '_');
    first_fits && name.chars().count() <= 100 && name.chars().all(|c| c == '-' || c == '.' || is_word(c))
}

/// Whether `name` may name an input: `[A-Za-z_][A-Za-z0-9_]*`, as shells have it.
pub(crate) fn is_variable(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `; did you mean …?` for the candidate nearest to `word`, or nothing.
pub(crate) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

/// Longest word for which a near miss is looked for, in characters of four bytes.
const LONGEST_HINT: usize = 20;
/// Most candidates that are looked at: a hint must not cost more than the reading.
const MOST_CANDIDATES: usize = 100;

/// The candidate that `word` is probably a slip of.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = if word.chars().count() <= 4 { 1 } else { 2 };
    if word.len() > 4 * LONGEST_HINT {
        return None;
    }
    let seen = signature(word);
    let word: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    let near = candidates.into_iter().take(MOST_CANDIDATES).filter_map(|candidate| {
        // Each edit takes away one letter at most, so lengths and different letters rule most candidates out cheaply.
        let too_long =
            candidate.len() > 4 * LONGEST_HINT || candidate.chars().count().abs_diff(word.len()) > most;
        if too_long || (seen & !signature(candidate)).count_ones() as usize > most {
            return None;
        }
        let letters: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
        let score =
            if letters.len().abs_diff(word.len()) > most { usize::MAX } else { distance(&word, &letters) };
        (score <= most).then_some((score, candidate))
    });
    near.min_by_key(|&(score, _)| score).map(|(_, candidate)| candidate)
}

/// One bit for each letter (modulo 64) that `word` has, capitals counting as small.
fn signature(word: &str) -> u64 {
    word.chars().flat_map(char::to_lowercase).fold(0, |bits, c| bits | 1 << (u32::from(c) % 64))
}

/// Edits (insert, delete, replace, swap of neighbours) from `from` to `to`.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut best = (row[j] + usize::from(a != b)).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_as_on_github() {
        let cases = [
            ("Pool does not come back", "pool-does-not-come-back"),
            ("1. Check `acme_host`!", "1-check-acme_host"),
            ("Über-Größe  zwei", "über-größe--zwei"),
            ("C++ & Rust", "c--rust"),
            ("x² → 日本語", "x--日本語"),
        ];
        for (text, expected) in cases {
            assert_eq!(slug(text), expected);
        }
    }

    #[test]
    fn repeated_names_get_numbers_and_never_collide() {
        let mut unique = Unique::default();
        let wanted = ["a", "a-1", "a", "a", "a-3", "a-3", "a", "a-01"];
        let given = wanted.map(|name| unique.take(name));
        assert_eq!(given, ["a", "a-1", "a-2", "a-3", "a-3-1", "a-3-2", "a-4", "a-01"]);
    }

    #[test]
    fn near_misses_are_found_and_far_ones_are_not() {
        let keys = ["approve", "after", "timeout", "tty"];
        assert_eq!(nearest("aprove", keys), Some("approve"));
        assert_eq!(nearest("Timeout", keys), Some("timeout"));
        assert_eq!(nearest("tiemout", keys), Some("timeout"));
        assert_eq!(nearest("schedule", keys), None);
        assert_eq!(nearest(&"x".repeat(100_000), keys), None);
    }

    #[test]
    fn names_and_variables_have_rules() {
        assert!(is_name("check-acme") && is_name("v1.2_x") && is_name("größe"));
        assert!(
            !is_name("")
                && !is_name("-x")
                && !is_name("a b")
                && !is_name("a/b")
                && !is_name(&"x".repeat(101))
        );
        assert!(is_variable("_a1") && !is_variable("1a") && !is_variable("") && !is_variable("a-b"));
    }
}
