//! Blocks of code: their text in its frame.

use lastmile_protocol::Span;

use super::build::Builder;
use super::draft::{Draft, Kept, Kind, SCROLLS_CODE};
use crate::components::code_pieces::{Layers, pieces};

/// Where a block of code stands, and what it is.
pub(super) struct CodePlace {
    /// The frame around it, where its tools go.
    pub(super) frame: Kept,
    /// What holds its text.
    pub(super) inner: Kept,
    pub(super) language: Option<String>,
    pub(super) code: String,
    layers: Layers,
}

impl CodePlace {
    /// The code in these colours. The text is always the same.
    pub(super) fn coloured(&self, spans: &[Span]) -> Draft {
        let mut draft = Draft::default();
        put_pieces(&mut draft, &self.code, &self.layers, spans);
        draft
    }
}

fn put_pieces(draft: &mut Draft, code: &str, layers: &Layers, spans: &[Span]) {
    for piece in pieces(code, 0, layers, spans) {
        match (piece.placeholder, piece.class) {
            (true, _) => draft.leaf(PLACEHOLDER, piece.text),
            (false, "") => draft.text(piece.text),
            (false, class) => draft.leaf(Kind::of("span", class), piece.text),
        }
    }
}

const PLACEHOLDER: Kind = Kind::of("mark", "placeholder").with(&[("title", "Fill this in")]);

impl Builder<'_> {
    /// A block of code in its frame.
    pub(super) fn code(&mut self, language: Option<&str>, code: &str) {
        let layers = Layers::of(language, code, &|name| self.runbook.input(name).is_some());
        self.draft.open(Kind::of("div", "code-block"));
        let frame = self.draft.keep();
        self.draft.open(Kind::of("pre", "code").with(SCROLLS_CODE));
        self.draft.open(Kind::plain("code"));
        let inner = self.draft.keep();
        put_pieces(&mut self.draft, code, &layers, &[]);
        self.draft.close();
        self.draft.close();
        self.draft.close();
        let (language, code) = (language.map(str::to_owned), code.to_owned());
        self.code.push(CodePlace { frame, inner, language, code, layers });
    }
}
