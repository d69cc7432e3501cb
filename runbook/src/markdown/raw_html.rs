//! Raw HTML: comments, listed tags, and text as it is typed.

use super::Builder;
use crate::{
    Block, HtmlTag, Inline,
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
        // In running text this is one tag or comment; text with quoted tags in it if the element is unknown.
        match html::parts(html).as_slice() {
            [Part::Comment(text, at)] => self.comment(text, offset + at),
            [Part::Tag(tag)] => self.tag(tag),
            _ => self.shown(html),
        }
    }

    pub(super) fn html_block(&mut self, html: &str, offsets: &[(usize, usize)]) {
        let in_file = |at: usize| {
            let index = offsets.partition_point(|&(start, _)| start <= at).saturating_sub(1);
            offsets.get(index).map_or(0, |&(start, offset)| offset + at - start)
        };
        let parts = html::parts(html);
        let only_text = !parts.iter().any(|part| matches!(part, Part::Tag(_)));
        self.in_html_block = true;
        for part in parts {
            match part {
                Part::Text(text) => self.html_text(text, only_text),
                Part::Comment(text, at) => self.comment(text, in_file(at)),
                Part::Tag(tag) => self.tag(&tag),
            }
        }
        self.close_plain();
        self.in_html_block = false;
    }

    /// Text between the tags of an HTML block.
    fn html_text(&mut self, text: &str, alone: bool) {
        if self.in_pre() {
            // HTML drops the line end behind `<pre>`.
            let first = !matches!(self.top(), Some(Frame::Plain));
            let text = if first { text.strip_prefix('\n').unwrap_or(text) } else { text };
            return self.shown(&html::decoded(text));
        }
        let running = self.top().is_some_and(|frame| frame.holds_inlines());
        let several_lines = text.trim().contains('\n');
        if !running && (several_lines || alone) && html::has_markup(text) {
            // Something like XML that was not fenced: its lines matter.
            return self.block(Block::Html(text.trim_start_matches('\n').to_owned()));
        }
        let mut running = running;
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 && running {
                self.inline(Inline::SoftBreak);
            }
            let line = line.trim_end_matches('\r');
            let line = if index > 0 || !running { line.trim_start() } else { line };
            if !line.is_empty() {
                self.shown(&html::decoded(line));
                running = true;
            }
        }
    }

    fn in_pre(&self) -> bool {
        let mut of_html = self.stack.iter().rev().take_while(|open| open.frame.is_of_html());
        of_html.any(|open| matches!(&open.frame, Frame::Element(open) if open.element.tag == HtmlTag::Pre))
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
