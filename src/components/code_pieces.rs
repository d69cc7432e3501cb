//! A piece of code cut where its look changes. Pure: text in, the same text in pieces out.

use std::ops::Range;

use lastmile_protocol::{Span, TokenKind};
use lastmile_runbook::console::{self, LineKind};

/// A piece of code that looks the same throughout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The text.
    pub text: &'a str,
    /// Its class; empty: plain.
    pub class: &'static str,
    /// It has to be filled in.
    pub placeholder: bool,
}

/// What a block shows besides its text. All of it stays within `text`, in order, without overlaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// Prompts and output of a terminal, by class.
    session: Vec<(Range<usize>, &'static str)>,
    /// What has to be filled in.
    placeholders: Vec<Range<usize>>,
}

impl Layers {
    /// The layers of a block that is no action; `is_input` tells names that the runbook declares.
    #[must_use]
    pub fn of(language: Option<&str>, text: &str, is_input: &dyn Fn(&str) -> bool) -> Self {
        let lines = console::session(language, text).unwrap_or_default();
        let mut session = Vec::new();
        for line in lines {
            let begins = line.start + line.prompt.len();
            if !line.prompt.is_empty() {
                session.push((line.start..begins, "code-prompt"));
            }
            if line.kind == LineKind::Output && !line.text.is_empty() {
                session.push((begins..begins + line.text.len(), "code-output"));
            }
        }
        let placeholders = lastmile_runbook::placeholder::placeholders(language, text, is_input);
        Self { session, placeholders }
    }

    /// Whether the block shows nothing besides its text.
    #[must_use]
    pub fn are_empty(&self) -> bool {
        self.session.is_empty() && self.placeholders.is_empty()
    }
}

/// Cuts `text`, which begins at byte `start` of the block that `spans` and `layers` are about.
#[must_use]
pub fn pieces<'a>(text: &'a str, start: usize, layers: &Layers, spans: &[Span]) -> Vec<Piece<'a>> {
    let end = start + text.len();
    let mut cuts = Cuts { text, start, done: start, pieces: Vec::new() };
    // They are in order: a line of a long script looks at its own only.
    let first = spans.partition_point(|span| (span.1 as usize) <= start);
    let own = spans.get(first..).unwrap_or_default();
    let own = own.get(..own.partition_point(|span| (span.0 as usize) < end)).unwrap_or_default();
    let coloured = own.iter().map(|span| (span.0 as usize..span.1 as usize, class(span.2)));
    let mut marks: Vec<(Range<usize>, &'static str, bool)> =
        layers.placeholders.iter().map(|range| (range.clone(), "", true)).collect();
    let taken = |range: &Range<usize>| overlaps(&layers.placeholders, range);
    let rest = layers.session.iter().cloned().chain(coloured).filter(|(range, _)| !taken(range));
    marks.extend(rest.map(|(range, class)| (range, class, false)));
    marks.sort_by_key(|(range, _, _)| range.start);
    for (range, class, placeholder) in marks {
        if range.start >= end {
            break;
        }
        cuts.cut(range, class, placeholder);
    }
    cuts.plain_to(end);
    cuts.pieces
}

/// Whether one of the sorted ranges shares a byte with `range`.
fn overlaps(sorted: &[Range<usize>], range: &Range<usize>) -> bool {
    let next = sorted.partition_point(|known| known.end <= range.start);
    sorted.get(next).is_some_and(|known| known.start < range.end)
}

struct Cuts<'a> {
    text: &'a str,
    start: usize,
    done: usize,
    pieces: Vec<Piece<'a>>,
}

impl<'a> Cuts<'a> {
    /// What is out of order, or does not fit the text's characters, stays plain: nothing is lost or said twice.
    fn cut(&mut self, range: Range<usize>, class: &'static str, placeholder: bool) {
        if range.start < self.done || range.end <= range.start {
            return;
        }
        let Some(text) = self.slice(range.clone()) else { return };
        self.plain_to(range.start);
        self.pieces.push(Piece { text, class, placeholder });
        self.done = range.end;
    }

    fn plain_to(&mut self, to: usize) {
        if let Some(text) = self.slice(self.done..to).filter(|text| !text.is_empty()) {
            self.pieces.push(Piece { text, class: "", placeholder: false });
            self.done = to;
        }
    }

    fn slice(&self, range: Range<usize>) -> Option<&'a str> {
        self.text.get(range.start.checked_sub(self.start)?..range.end.checked_sub(self.start)?)
    }
}

/// The class of a kind of token.
fn class(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Unknown => "",
        TokenKind::Comment => "code-comment",
        TokenKind::String => "code-string",
        TokenKind::Number => "code-number",
        TokenKind::Keyword => "code-keyword",
        TokenKind::Constant => "code-constant",
        TokenKind::Function => "code-function",
        TokenKind::Variable => "code-variable",
        TokenKind::Type => "code-type",
        TokenKind::Key => "code-key",
        TokenKind::Inserted => "code-inserted",
        TokenKind::Deleted => "code-deleted",
        TokenKind::Header => "code-header",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut<'a>(language: &str, text: &'a str, spans: &[Span]) -> Vec<(&'a str, &'static str)> {
        let layers = Layers::of(Some(language), text, &|_| false);
        let look =
            |piece: Piece<'a>| (piece.text, if piece.placeholder { "placeholder" } else { piece.class });
        pieces(text, 0, &layers, spans).into_iter().map(look).collect()
    }

    #[test]
    fn colours_prompts_output_and_placeholders_stand_side_by_side() {
        let text = "$ ls <pod> 'é'\nout\n";
        let spans = [Span(2, 4, TokenKind::Function), Span(11, 15, TokenKind::String)];
        let expected = [
            ("$ ", "code-prompt"),
            ("ls", "code-function"),
            (" ", ""),
            ("<pod>", "placeholder"),
            (" ", ""),
            ("'é'", "code-string"),
            ("\n", ""),
            ("out", "code-output"),
            ("\n", ""),
        ];
        assert_eq!(cut("console", text, &spans), expected);
    }

    #[test]
    fn whatever_the_spans_say_the_text_is_the_same() {
        let text = "é <a> ü\n";
        let spans: Vec<Span> =
            (0..12).flat_map(|a| (0..14).map(move |b| Span(a, b, TokenKind::Type))).collect();
        for chunk in spans.chunks(7) {
            let whole: String = cut("sh", text, chunk).into_iter().map(|(text, _)| text).collect();
            assert_eq!(whole, text, "{chunk:?}");
        }
    }

    #[test]
    fn a_line_is_cut_by_the_spans_of_its_block() {
        let spans =
            [Span(0, 1, TokenKind::Type), Span(3, 4, TokenKind::Number), Span(4, 9, TokenKind::String)];
        let found = pieces("b 1x", 1, &Layers::default(), &spans);
        assert_eq!(
            found.iter().map(|it| (it.text, it.class)).collect::<Vec<_>>(),
            [("b ", ""), ("1", "code-number"), ("x", "")]
        );
    }
}
