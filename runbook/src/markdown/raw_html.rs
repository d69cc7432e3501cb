//! Raw HTML and the comments in it.

use super::Builder;
use crate::{
    Block, Inline,
    finding::Fault,
    html::{self, Part},
    open::Frame,
    steps,
};

impl Builder<'_> {
    pub(super) fn html(&mut self, html: &str, offset: usize) {
        if let Some(Frame::Html { text, offsets }) = self.top() {
            offsets.push((text.len(), offset));
            return text.push_str(html);
        }
        if html::is_break(html) {
            return self.inline(Inline::HardBreak);
        }
        for part in html::parts(html) {
            match part {
                Part::Text(text) => self.shown(text),
                Part::Comment(text, at) => self.comment(text, offset + at),
            }
        }
    }

    pub(super) fn html_block(&mut self, html: &str, offsets: &[(usize, usize)]) {
        let in_file = |at: usize| {
            let index = offsets.partition_point(|&(start, _)| start <= at).saturating_sub(1);
            offsets.get(index).map_or(0, |&(start, offset)| offset + at - start)
        };
        let mut left = String::new();
        for part in html::parts(html) {
            match part {
                Part::Text(text) => left.push_str(text),
                Part::Comment(text, at) => self.comment(text, in_file(at)),
            }
        }
        if !left.trim().is_empty() {
            self.block(Block::Html(left));
        }
    }

    /// A comment, which nobody sees: perhaps it names a step.
    pub(super) fn comment(&mut self, text: &str, offset: usize) {
        self.tree.quiet.push((self.lines.line(offset), self.lines.line(offset + text.len())));
        let Some((fields, at)) = steps::comment(text) else { return };
        let position = self.lines.position(offset + at);
        let item = self.stack.iter().rev().find_map(|open| match open.frame {
            Frame::Item(ref task) => Some(task.as_ref().map(|task| task.step)),
            _ => None,
        });
        let item = item.flatten().and_then(|step| self.tree.items.get_mut(step));
        match item {
            Some(item) if item.comment.is_none() => item.comment = Some((fields.to_owned(), position)),
            Some(_) => {
                let message = "This step is named already; keep one comment.";
                self.findings.error(Fault::new(position, "duplicate-key", message));
            }
            None => {
                let message =
                    "A step's comment belongs into a task-list item: `- [ ] Do it <!-- step: {…} -->`.";
                self.findings.warning(None, Fault::new(position, "not-a-step", message));
            }
        }
    }
}
