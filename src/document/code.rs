//! Blocks of code: their text in its frame.

use std::cell::OnceCell;

use lastmile_protocol::Span;
use lastmile_runbook::Runbook;

use super::build::Builder;
use super::draft::{Draft, Kept, Kind};
use crate::components::code_pieces::{Layers, pieces};

/// Where a block of code stands, and what it is.
pub(super) struct CodePlace {
    /// The frame around what scrolls, where its tools go.
    pub(super) frame: Kept,
    /// What holds its text, and scrolls.
    pub(super) inner: Kept,
    pub(super) language: Option<String>,
    pub(super) code: String,
    layers: OnceCell<Layers>,
}

impl CodePlace {
    /// The code with its prompts and what has to be filled in, in these colours. The text is always the same; `None`: it
    /// is plain.
    pub(super) fn marked(&self, runbook: &Runbook, spans: &[Span]) -> Option<Draft> {
        let of = || Layers::of(self.language.as_deref(), &self.code, &|name| runbook.input(name).is_some());
        let layers = self.layers.get_or_init(of);
        (!spans.is_empty() || !layers.are_empty()).then(|| {
            let mut draft = Draft::default();
            put_pieces(&mut draft, &self.code, layers, spans);
            draft
        })
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
    /// A block of code in its frame, plain: what is marked in it can wait until somebody can see it.
    pub(super) fn code(&mut self, language: Option<&str>, code: &str) {
        self.draft.open(Kind::of("pre", "code-block"));
        let frame = self.draft.keep();
        self.draft.open(Kind::of("code", "code"));
        let inner = self.draft.keep();
        self.draft.text(code);
        self.draft.close();
        self.draft.close();
        let (language, code) = (language.map(str::to_owned), code.to_owned());
        self.code.push(CodePlace { frame, inner, language, code, layers: OnceCell::new() });
    }
}
