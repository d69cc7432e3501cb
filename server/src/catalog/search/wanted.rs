//! What a search asks for: the words of its text, each with the forms that count as found. Pure.
//!
//! Whatever is typed is cut into words first, so no character has a meaning for the index behind it.

use super::near::nearest;
use super::words::{Part, Word, words};
use crate::store::Form;

/// More words than this are not looked at.
const MOST_WORDS: usize = 12;
/// More bytes than this are not looked at.
const LONGEST: usize = 1_000;
/// Words that hold questions together and say nothing, left out beside others.
const FILLERS: [&str; 28] = [
    "a", "an", "and", "are", "can", "do", "does", "for", "how", "i", "if", "in", "is", "it", "my", "of",
    "on", "or", "our", "the", "then", "there", "to", "we", "what", "when", "why", "with",
];
/// Endings that a word may have in one text and not in another.
const ENDINGS: [&str; 4] = ["ing", "ies", "ed", "s"];
/// Less than this many letters are no stem.
const SHORTEST_STEM: usize = 4;

/// The words of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) words: Vec<WantedWord>,
}

/// One word of a search: found where any of its forms stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WantedWord {
    /// The word without what joins its parts.
    joined: String,
    /// Beginnings of words that count as found.
    pub(super) beginnings: Vec<String>,
    /// Its parts, if it has several: all of them must begin words.
    pub(super) parts: Vec<String>,
    /// Names that it may be a slip of.
    pub(super) near: Vec<String>,
    /// Only the whole word counts: a single letter would begin too many.
    pub(super) whole: bool,
}

impl Wanted {
    /// Reads what was typed.
    pub(super) fn read(typed: &str) -> Self {
        let end = (0..=LONGEST.min(typed.len())).rev().find(|&at| typed.is_char_boundary(at)).unwrap_or(0);
        let typed = typed.get(..end).unwrap_or_default();
        let mut all: Vec<Word> = words(typed).take(4 * MOST_WORDS).collect();
        if all.iter().any(|word| !is_filler(word)) {
            all.retain(|word| !is_filler(word));
        }
        let last = all.len().saturating_sub(1);
        // A blank behind the last word says that it is complete.
        let open = typed.chars().last().is_some_and(|c| !c.is_whitespace());
        let words = all.iter().enumerate().map(|(at, word)| WantedWord::new(word, open && at == last));
        Self { words: words.take(MOST_WORDS).collect() }
    }

    /// Lets names stand in for the words at these places that they may be slips of; whether there are any.
    pub(super) fn forgive(&mut self, places: &[usize], names: &[String]) -> bool {
        for &place in places {
            if let Some(word) = self.words.get_mut(place) {
                word.near = nearest(&word.joined, names);
            }
        }
        self.words.iter().any(|word| !word.near.is_empty())
    }
}

fn is_filler(word: &Word) -> bool {
    matches!(word.parts.as_slice(), [Part { text, .. }] if FILLERS.contains(&text.as_str()))
}

impl WantedWord {
    fn new(word: &Word, still_typed: bool) -> Self {
        let joined = word.joined();
        let letters = joined.chars().count();
        Self {
            beginnings: vec![stem(&joined).to_owned()],
            parts: if word.parts.len() > 1 {
                word.parts.iter().map(|part| part.text.clone()).collect()
            } else {
                Vec::new()
            },
            near: Vec::new(),
            // An ideograph is a word, not a letter.
            whole: letters == 1 && !(still_typed && joined.is_ascii()),
            joined,
        }
    }

    /// The forms for the index.
    pub(super) fn forms(&self) -> Vec<Form> {
        let mut forms = vec![Form::Word(self.joined.clone())];
        if !self.whole {
            forms.extend(self.beginnings.iter().cloned().map(Form::Beginning));
        }
        if !self.parts.is_empty() {
            forms.push(Form::AllBeginnings(self.parts.clone()));
        }
        forms.extend(self.near.iter().cloned().map(Form::Word));
        forms
    }
}

/// The word without its ending, so that `restarting` finds `restart` and `restarted`.
fn stem(word: &str) -> &str {
    let stems = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending));
    stems.into_iter().find(|stem| stem.chars().count() >= SHORTEST_STEM).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(typed: &str) -> Vec<Vec<Form>> {
        Wanted::read(typed).words.iter().map(WantedWord::forms).collect()
    }

    fn word(text: &str) -> Form {
        Form::Word(text.to_owned())
    }

    fn beginning(text: &str) -> Form {
        Form::Beginning(text.to_owned())
    }

    #[test]
    fn a_word_is_found_by_its_beginning_and_without_its_ending() {
        assert_eq!(
            forms("Restarting p"),
            [vec![word("restarting"), beginning("restart")], vec![word("p"), beginning("p")]]
        );
        assert_eq!(forms("p "), [[word("p")]]);
    }

    #[test]
    fn a_name_of_several_parts_is_found_joined_or_by_all_of_them() {
        let parts = ["ha", "proxy"].map(str::to_owned).to_vec();
        assert_eq!(forms("ha-proxy"), [[word("haproxy"), beginning("haproxy"), Form::AllBeginnings(parts)]]);
    }

    #[test]
    fn words_that_say_nothing_are_left_out_beside_others() {
        assert_eq!(forms("how do I restart the pool").len(), 2);
        assert_eq!(forms("how to ").len(), 2);
    }

    #[test]
    fn no_character_means_anything_to_the_index() {
        for typed in ["\"", "*", "-", ":", "🔥", "^", "()", "\0", "   "] {
            assert_eq!(forms(typed), [[]; 0], "{typed:?}");
        }
        assert_eq!(forms("NEAR(a b) AND \"x\" title:y").len(), 5);
        assert!(forms(&"ü ".repeat(5_000)).len() <= MOST_WORDS);
        assert_eq!(forms(&"x".repeat(10_000)).len(), 1);
    }
}
