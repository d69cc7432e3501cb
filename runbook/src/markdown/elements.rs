//! HTML elements between and in the blocks of markdown.
//!
//! An element ends with its end tag; at the latest with what markdown has around it. One that is never ended
//! was perhaps no element at all (`alter table <table>`): its start tag is then shown as it is typed, and so
//! is an end tag that has nothing to end. Nothing that an author wrote is lost, and each tag is looked for
//! among at most as many open boxes as there may be.

use super::{Builder, MAX_DEPTH, Open, attributes};
use crate::{
    Block, HtmlTag, Inline,
    html::{Name, Tag},
    open::{End, Frame, OpenElement},
};

impl Builder<'_> {
    pub(super) fn tag(&mut self, tag: &Tag<'_>) {
        match tag.name {
            // `</br>` and `</img>` say nothing.
            Name::Br | Name::Img if tag.closing => {}
            Name::Br => self.inline(Inline::HardBreak),
            Name::Img => self.inline(attributes::image(tag)),
            Name::Element(name) if tag.closing => self.end_tag(name, tag.raw),
            Name::Element(name) => self.start_tag(name, tag),
        }
    }

    fn start_tag(&mut self, name: HtmlTag, tag: &Tag<'_>) {
        let block = self.in_html_block && name.is_block();
        if block {
            self.close_plain();
            self.end_others(name);
        } else {
            self.open_plain();
        }
        if self.stack.len() >= MAX_DEPTH {
            // Its text stays.
            self.owe(name);
            return;
        }
        let element = attributes::element(name, tag);
        if tag.empty && !block && element.id().is_none() {
            // `<b/>` says nothing in HTML, so it is meant as what it looks like.
            return self.shown(tag.raw);
        }
        let href = tag.attribute("href").filter(|_| name == HtmlTag::A && !self.in_link());
        self.tree.own_anchors.extend(element.id().map(str::to_owned));
        let open = OpenElement {
            href: href.map(|href| crate::links::href(&href)),
            element,
            raw: tag.raw.to_owned(),
            block,
            end: if tag.empty { End::Read } else { End::NotYet },
        };
        self.stack.push(Open::new(Frame::Element(Box::new(open))));
        if tag.empty
            && let Some(open) = self.stack.pop()
        {
            self.close(open);
        }
    }

    /// Ends what HTML lets end by itself when an element like `name` begins: a cell before the next one.
    fn end_others(&mut self, name: HtmlTag) {
        let of_html = self.stack.iter().enumerate().rev().take_while(|(_, open)| open.frame.is_of_html());
        let mut found = None;
        for (index, open) in of_html {
            match &open.frame {
                Frame::Element(open) if name.ends().contains(&open.element.tag) => found = Some(index),
                // A paragraph ends only one that it stands in directly; nothing ends what is around a table.
                Frame::Element(open) if name == HtmlTag::P || open.element.tag == HtmlTag::Table => break,
                _ => {}
            }
        }
        if let Some(index) = found {
            self.close_down_to(index);
        }
    }

    fn end_tag(&mut self, name: HtmlTag, raw: &str) {
        let waits = |open: &Open| matches!(&open.frame, Frame::Element(open) if open.waits_for(name));
        let of_html = self.stack.iter().rev().take_while(|open| open.frame.is_of_html()).count();
        let first = self.stack.len() - of_html;
        if let Some(index) =
            (first..self.stack.len()).rev().find(|&index| self.stack.get(index).is_some_and(waits))
        {
            return self.close_down_to(index);
        }
        // Something of markdown is open in it: `**a <b>b** c</b>`, or a paragraph that ends in `</details>`.
        let around = |open: &&mut Open| open.frame.is_of_html() || open.frame.holds_inlines();
        let mut outer = self.stack.iter_mut().rev().take_while(around);
        if let Some(Open { frame: Frame::Element(open), .. }) = outer.find(|open| waits(open)) {
            open.end = End::Due;
            return;
        }
        match self.owed.get_mut(name as usize) {
            Some(owed @ 1..) => *owed -= 1,
            _ => self.shown(raw),
        }
    }

    /// Ends the element at `index` of the stack and what HTML has opened in it.
    fn close_down_to(&mut self, index: usize) {
        while self.stack.len() > index {
            let Some(mut open) = self.stack.pop() else { return };
            if let Frame::Element(element) = &mut open.frame {
                element.end = End::Read;
                if self.stack.len() > index {
                    let tag = element.element.tag;
                    self.owe(tag);
                }
            }
            self.close(open);
        }
    }

    fn owe(&mut self, tag: HtmlTag) {
        if let Some(owed) = self.owed.get_mut(tag as usize) {
            *owed += 1;
        }
    }

    /// Ends the elements whose end tag has been read while something was open in them.
    pub(super) fn close_due(&mut self) {
        while matches!(self.top(), Some(Frame::Element(open)) if open.end == End::Due) {
            self.close_down_to(self.stack.len() - 1);
        }
    }

    pub(super) fn close_element(&mut self, open: OpenElement, blocks: Vec<Block>, inlines: Vec<Inline>) {
        let OpenElement { element, href, raw, block, end } = open;
        let may_stay_open = (block && element.tag.ends_by_itself())
            || (element.tag == HtmlTag::A && href.is_none() && !element.attributes.is_empty());
        if end == End::NotYet && !may_stay_open {
            return self.abandoned(&raw, block, blocks, inlines);
        }
        if block {
            return self.block(Block::Element { element, blocks });
        }
        match href {
            Some(href) => self.inline(Inline::Link { href, title: element.title(), inlines }),
            None if element.tag.is_literal() => self.inline(Inline::Element { element, inlines }),
            None => {
                let inlines = self.linked(inlines);
                self.inline(Inline::Element { element, inlines });
            }
        }
    }

    /// An element that was never ended: its start tag is text, and what it holds stands behind it.
    fn abandoned(&mut self, raw: &str, block: bool, blocks: Vec<Block>, inlines: Vec<Inline>) {
        if block {
            self.block(Block::Plain(vec![Inline::Text(raw.to_owned())]));
            return blocks.into_iter().for_each(|block| self.block(block));
        }
        self.shown(raw);
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.shown(&text),
                other => self.inline(other),
            }
        }
    }
}
