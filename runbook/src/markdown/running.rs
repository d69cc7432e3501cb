//! Running text: words, spans, links, headings.

use super::{Builder, Open};
use crate::{Block, Inline, autolink, names::slug, open::Frame, plain_text};

impl Builder<'_> {
    pub(super) fn text(&mut self, piece: &str) {
        match self.top() {
            Some(Frame::Code { text, .. }) => return text.push_str(piece),
            Some(Frame::Html { text, .. }) => return text.push_str(piece),
            _ => {}
        }
        self.anchor_text(piece);
        self.shown(piece);
    }

    /// Text that is shown, joined with the text before it.
    pub(super) fn shown(&mut self, piece: &str) {
        self.open_plain();
        let Some(open) = self.stack.last_mut() else { return };
        match open.inlines.last_mut() {
            Some(Inline::Text(text)) => text.push_str(piece),
            _ => open.inlines.push(Inline::Text(piece.to_owned())),
        }
    }

    pub(super) fn anchor_text(&mut self, piece: &str) {
        let in_image = matches!(self.top(), Some(Frame::Image { .. }));
        if let (Some(heading), false) = (&mut self.heading, in_image) {
            heading.push_str(piece);
        }
    }

    pub(super) fn span(&mut self, wrap: fn(Vec<Inline>) -> Inline, inlines: Vec<Inline>) {
        let inlines = self.linked(inlines);
        self.inline(wrap(inlines));
    }

    /// A block of running text, unless nothing is left of it.
    pub(super) fn running(&mut self, mut inlines: Vec<Inline>, wrap: fn(Vec<Inline>) -> Block) {
        if let Some(Inline::Text(text)) = inlines.last_mut() {
            text.truncate(text.trim_end().len());
        }
        if inlines.last().is_some_and(|inline| *inline == Inline::Text(String::new())) {
            inlines.pop();
        }
        if !inlines.is_empty() {
            let inlines = self.linked(inlines);
            self.block(wrap(inlines));
        }
    }

    pub(super) fn close_heading(&mut self, level: u8, inlines: Vec<Inline>) {
        let anchor = slug(&self.heading.take().unwrap_or_default());
        let id = self.anchors.take(if anchor.is_empty() { "section" } else { &anchor });
        self.tree.anchors.insert(id.clone());
        if level == 1 && self.tree.title.is_none() {
            self.tree.title = Some(plain_text(&inlines)).filter(|title| !title.trim().is_empty());
        }
        let inlines = self.linked(inlines);
        self.block(Block::Heading { level, id, inlines });
    }

    /// Bare addresses become links, except inside of one.
    pub(super) fn linked(&self, inlines: Vec<Inline>) -> Vec<Inline> {
        let has_address = inlines.iter().any(|inline| match inline {
            Inline::Text(text) => text.contains("://") || text.contains("www."),
            _ => false,
        });
        let inside = |open: &Open| matches!(open.frame, Frame::Link { .. } | Frame::Image { .. });
        if !has_address || self.stack.iter().any(inside) {
            return inlines;
        }
        let pieces = inlines.into_iter().map(|inline| match inline {
            Inline::Text(text) => autolink::link(text),
            other => vec![other],
        });
        pieces.flatten().collect()
    }
}
