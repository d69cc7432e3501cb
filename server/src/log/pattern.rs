//! What a search looks for: plain text or a regular expression, in time linear in what is searched.

use regex::bytes::{Regex, RegexBuilder};

/// Most memory of a compiled expression, and of the tables made while it runs, in bytes.
const MOST_MEMORY: usize = 4 << 20;
/// Deepest nesting of an expression.
const MOST_NESTED: u32 = 100;
/// Most bytes of one character, however it is written: `K` also stands for the Kelvin sign.
const CHARACTER: usize = 4;

/// Looks at one line at a time.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    /// Most bytes of a match of plain text; `None` for a regular expression, whose matches may be of any length.
    longest: Option<usize>,
}

/// An expression that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct BadPattern {
    /// What is wrong with it.
    pub why: String,
    /// The byte at which it can't be read; `None` if it is the whole of it.
    pub at: Option<usize>,
}

impl Pattern {
    /// Finds this text as it is.
    ///
    /// # Errors
    /// When it is empty or too long to be compiled.
    pub fn plain(text: &str, case: bool) -> Result<Self, BadPattern> {
        let regex = compile(&regex::escape(text), case)?;
        Ok(Self { regex, longest: Some(text.chars().count() * CHARACTER) })
    }

    /// Finds what this regular expression matches. `^` and `$` are the line's ends.
    ///
    /// # Errors
    /// When it is empty, can't be read, or needs too much memory.
    pub fn regex(expression: &str, case: bool) -> Result<Self, BadPattern> {
        Ok(Self { regex: compile(expression, case)?, longest: None })
    }

    /// Most bytes of a match, if that can be said.
    pub(super) fn longest(&self) -> Option<usize> {
        self.longest
    }

    /// Whether a line of this text matches.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        self.regex.is_match(text)
    }

    /// The first match from `at` on: where it begins and ends.
    pub(super) fn find_at(&self, text: &[u8], at: usize) -> Option<(usize, usize)> {
        self.regex.find_at(text, at).map(|found| (found.start(), found.end()))
    }
}

fn compile(expression: &str, case: bool) -> Result<Regex, BadPattern> {
    if expression.is_empty() {
        return Err(BadPattern { why: "there is nothing to look for".to_owned(), at: None });
    }
    RegexBuilder::new(expression)
        .case_insensitive(!case)
        .nest_limit(MOST_NESTED)
        .size_limit(MOST_MEMORY)
        .dfa_size_limit(MOST_MEMORY)
        .build()
        .map_err(|error| located(expression, &error))
}

/// The engine's own message draws a picture; the parser below it says the place.
fn located(expression: &str, error: &regex::Error) -> BadPattern {
    let mut parser = regex_syntax::ParserBuilder::new().utf8(false).nest_limit(MOST_NESTED).build();
    match parser.parse(expression) {
        Err(regex_syntax::Error::Parse(error)) => {
            BadPattern { why: error.kind().to_string(), at: Some(error.span().start.offset) }
        }
        Err(regex_syntax::Error::Translate(error)) => {
            BadPattern { why: error.kind().to_string(), at: Some(error.span().start.offset) }
        }
        Err(other) => BadPattern { why: other.to_string(), at: None },
        Ok(_) if matches!(error, regex::Error::CompiledTooBig(_)) => {
            BadPattern { why: "it needs too much memory: repeat less of it".to_owned(), at: None }
        }
        Ok(_) => BadPattern { why: error.to_string(), at: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_that_cannot_be_read_says_where() {
        let bad = Pattern::regex("error (code", true).unwrap_err();
        assert_eq!((bad.at, bad.why.as_str()), (Some(6), "unclosed group"));
        let bad = Pattern::regex("ü[z-a]", true).unwrap_err();
        assert_eq!(bad.at, Some(3));
    }

    #[test]
    fn an_expression_that_would_need_too_much_memory_is_refused() {
        let bad = Pattern::regex(r"(\w{1000}){1000}", true).unwrap_err();
        assert_eq!(bad.at, None);
        assert!(bad.why.contains("memory"), "{}", bad.why);
    }

    #[test]
    fn nothing_is_refused_too() {
        assert!(Pattern::plain("", true).is_err());
        assert!(Pattern::regex("", true).is_err());
    }

    #[test]
    fn plain_text_has_no_special_characters_and_case_counts_only_if_asked_for() {
        assert!(Pattern::plain("a.b(", true).unwrap().is_in(b"xa.b(x"));
        assert!(!Pattern::plain("a.b", true).unwrap().is_in(b"acb"));
        assert!(!Pattern::plain("error", true).unwrap().is_in(b"ERROR"));
        assert!(Pattern::plain("größe", false).unwrap().is_in("GRÖSSE GRÖßE".as_bytes()));
    }
}
