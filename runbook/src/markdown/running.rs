//! Running text: words, spans, links, headings.

use super::{Builder, Open};
use crate::{Block, Inline, autolink, names::slug, open::Frame, plain_text, shortcodes};

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

    pub(super) fn open_plain(&mut self) {
        if !self.stack.last().is_some_and(|open| open.frame.holds_inlines()) {
            self.plain += 1;
            self.stack.push(Open::new(Frame::Plain));
        }
    }

    /// Ends text that no tag has begun, and the elements in it.
    pub(super) fn close_plain(&mut self) {
        if self.plain == 0 {
            return;
        }
        let within = |open: &&Open| matches!(&open.frame, Frame::Element(element) if !element.block);
        let elements = self.stack.iter().rev().take_while(within).count();
        let at = self.stack.len().checked_sub(elements + 1);
        if at.and_then(|at| self.stack.get(at)).is_some_and(|open| matches!(open.frame, Frame::Plain)) {
            for _ in 0..=elements {
                if let Some(open) = self.stack.pop() {
                    self.close(open);
                }
            }
        }
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
        while let Some(last) = inlines.last_mut() {
            match last {
                Inline::Text(text) => {
                    text.truncate(text.trim_end_matches([' ', '\t', '\n']).len());
                    if !text.is_empty() {
                        break;
                    }
                }
                Inline::SoftBreak => {}
                _ => break,
            }
            inlines.pop();
        }
        if !inlines.is_empty() && !is_contents_mark(&inlines) {
            let inlines = self.linked(inlines);
            self.block(wrap(inlines));
        }
    }

    pub(super) fn close_heading(&mut self, level: u8, inlines: Vec<Inline>) {
        let anchor = slug(&self.heading.take().unwrap_or_default());
        let id = self.tree.anchors.take(if anchor.is_empty() { "section" } else { &anchor });
        if level == 1 && self.tree.title.is_none() {
            self.tree.title = Some(plain_text(&inlines)).filter(|title| !title.trim().is_empty());
        }
        let inlines = self.linked(inlines);
        self.block(Block::Heading { level, id, inlines });
    }

    pub(super) fn link(&mut self, href: Option<String>, title: Option<String>, inlines: Vec<Inline>) {
        if self.in_link() {
            // `<a href="x">[y](z)</a>`: a link in a link can't be followed.
            return inlines.into_iter().for_each(|inline| self.inline(inline));
        }
        self.inline(Inline::Link { href, title, inlines });
    }

    /// Whether what is open stands in a link or in an image's text.
    pub(super) fn in_link(&self) -> bool {
        self.stack.iter().any(|open| match &open.frame {
            Frame::Link { .. } | Frame::Image { .. } => true,
            Frame::Element(element) => element.href.is_some(),
            _ => false,
        })
    }

    /// Whether what is open stands in an HTML element whose text is code.
    fn in_literal(&self) -> bool {
        self.stack.iter().any(|open| match &open.frame {
            Frame::Element(open) => open.element.tag.is_literal(),
            _ => false,
        })
    }

    /// Bare addresses become links, except inside of one.
    pub(super) fn linked(&self, inlines: Vec<Inline>) -> Vec<Inline> {
        let has_address = inlines.iter().any(|inline| match inline {
            Inline::Text(text) => autolink::is_likely(text) || shortcodes::is_likely(text),
            _ => false,
        });
        if !has_address || self.in_link() || self.in_literal() {
            return inlines;
        }
        let pieces = inlines.into_iter().map(|inline| match inline {
            Inline::Text(text) if shortcodes::is_likely(&text) => shortcodes::link(&text),
            other => vec![other],
        });
        let pieces = pieces.flatten().map(|inline| match inline {
            Inline::Text(text) => autolink::link(text),
            other => vec![other],
        });
        pieces.flatten().collect()
    }
}

/// Whether a paragraph only says where other tools draw the contents: the page has its own, beside the text.
fn is_contents_mark(inlines: &[Inline]) -> bool {
    let first = matches!(inlines.first(), Some(Inline::Text(text)) if text.starts_with('['));
    let mark = |text: String| matches!(text.as_str(), "[TOC]" | "[toc]" | "[[TOC]]" | "[[toc]]");
    first && inlines.len() <= 3 && mark(plain_text(inlines).replace('_', ""))
}
