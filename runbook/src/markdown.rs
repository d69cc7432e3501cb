//! Markdown events to the block tree.
//!
//! One walk over the parser's events with a stack of what is open. Depth is bounded: what is nested deeper
//! keeps its text and loses its box, so that no file can exhaust a stack further on.

mod attributes;
mod code;
mod elements;
mod items;
mod raw_html;
mod running;
mod tables;

use std::{collections::HashSet, ops::Range};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::{
    Block, HtmlTag, Inline,
    action::Fence,
    finding::Findings,
    names::Unique,
    open::{Frame, Open, frame},
    plain_text,
    position::Lines,
    steps,
};

/// Most boxes inside each other.
const MAX_DEPTH: usize = 100;

/// What one walk over a file gives.
#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) blocks: Vec<Block>,
    pub(crate) fences: Vec<Fence>,
    pub(crate) items: Vec<steps::Item>,
    /// Anchors of headings.
    pub(crate) anchors: Unique,
    /// Anchors that the author wrote as HTML.
    pub(crate) own_anchors: HashSet<String>,
    /// Text of the first heading of level 1.
    pub(crate) title: Option<String>,
    /// Lines (first, last) in which what looks like an action's header is not worth a word: it is one, or an
    /// example, or commented out.
    pub(crate) quiet: Vec<(usize, usize)>,
}

/// Builds the tree of `source` from the byte `start` on.
pub(crate) fn build(source: &str, start: usize, lines: &Lines<'_>, findings: &mut Findings) -> Tree {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let mut builder = Builder {
        source,
        lines,
        findings,
        tree: Tree::default(),
        stack: Vec::new(),
        plain: 0,
        kept: Vec::new(),
        footnotes: Vec::new(),
        heading: None,
        cell_begins: false,
        cell_end: 0,
        in_html_block: false,
        owed: [0; HtmlTag::COUNT],
    };
    let body = source.get(start..).unwrap_or_default();
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        let range = range.start + start..range.end + start;
        if !builder.is_empty_cell(&event, &range) {
            builder.event(event, range);
        }
    }
    builder.finish()
}

struct Builder<'a> {
    source: &'a str,
    lines: &'a Lines<'a>,
    findings: &'a mut Findings,
    tree: Tree,
    /// What is open, outermost first.
    stack: Vec<Open>,
    /// How many [`Frame::Plain`] are on the stack.
    plain: usize,
    /// For each tag begun and not ended, whether it is on the stack.
    kept: Vec<bool>,
    footnotes: Vec<Block>,
    /// The text of the open heading as GitHub makes its anchor of it: without HTML and pictures.
    heading: Option<String>,
    /// Whether a table's cell has begun and nothing of it was read yet.
    cell_begins: bool,
    /// Where in the file the last cell ended.
    cell_end: usize,
    /// Whether an HTML block is being read: tags in it stand between paragraphs.
    in_html_block: bool,
    /// For each element, how many end tags may follow that have nothing left to end.
    owed: [usize; HtmlTag::COUNT],
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(end),
            Event::Text(text) => self.text(&text),
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                self.anchor_text(&code);
                self.inline(Inline::Code(code.into_string()));
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html, range.start),
            Event::FootnoteReference(label) => self.inline(Inline::FootnoteRef(label.into_string())),
            Event::SoftBreak => {
                self.anchor_text(" ");
                self.inline(Inline::SoftBreak);
            }
            Event::HardBreak => self.inline(Inline::HardBreak),
            Event::Rule => self.block(Block::Rule),
            Event::TaskListMarker(checked) => self.task(checked, range.start),
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let in_list = matches!(self.stack.last().map(|open| &open.frame), Some(Frame::List { .. }));
        let (leaf, inline) = match &tag {
            Tag::Item => (in_list, false),
            Tag::BlockQuote(_) | Tag::List(_) | Tag::FootnoteDefinition(_) => (false, false),
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. } => {
                (false, true)
            }
            _ => (true, false),
        };
        if inline {
            self.open_plain();
        } else {
            self.close_plain();
        }
        let keep = leaf || (self.stack.len() < MAX_DEPTH && !matches!(tag, Tag::Item));
        self.kept.push(keep);
        if keep {
            let frame = frame(tag, range);
            if matches!(frame, Frame::Heading(_)) {
                self.heading = Some(String::new());
            }
            self.stack.push(Open::new(frame));
        }
    }

    fn end(&mut self, end: TagEnd) {
        let kept = self.kept.pop().unwrap_or(false);
        let inline = matches!(
            end,
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
        );
        if !inline {
            self.close_plain();
        }
        if !kept {
            return;
        }
        // What HTML has opened in here ends here, too.
        while let Some(open) = self.stack.pop() {
            let done = !open.frame.is_of_html();
            self.close(open);
            if done {
                break;
            }
        }
        self.close_due();
    }

    fn close(&mut self, Open { frame, blocks, inlines }: Open) {
        match frame {
            Frame::Quote(alert) => self.block(Block::Quote { alert, blocks }),
            Frame::List { start, items } => self.block(Block::List { start, items }),
            Frame::Item(task) => self.item(task, blocks),
            Frame::Footnote(label) => self.footnotes.push(Block::Footnote { label, blocks }),
            Frame::Paragraph => self.running(inlines, Block::Paragraph),
            Frame::Plain => {
                self.plain -= 1;
                self.running(inlines, Block::Plain);
            }
            Frame::Heading(level) => self.close_heading(level, inlines),
            Frame::Emphasis => self.span(Inline::Emphasis, inlines),
            Frame::Strong => self.span(Inline::Strong, inlines),
            Frame::Strikethrough => self.span(Inline::Strikethrough, inlines),
            Frame::Link { href: None, autolink: true, .. } => {
                // `<pod:8080>` is an address by CommonMark's rule, and by everybody else's a placeholder.
                self.text(&format!("<{}>", plain_text(&inlines)));
            }
            Frame::Link { href, title, .. } => self.link(href, title, inlines),
            Frame::Image { src, title } => {
                let alt = plain_text(&inlines);
                self.inline(Inline::Image { src, title, alt, width: None, height: None });
            }
            Frame::Element(open) => self.close_element(*open, blocks, inlines),
            Frame::Code { info, text, range } => self.code(info.as_deref(), text, range),
            Frame::Html { text, offsets } => self.html_block(&text, &offsets),
            Frame::Table { align, head, rows } => self.block(Block::Table { align, head, rows }),
            Frame::Cell => {
                let inlines = self.linked(inlines);
                self.cell(inlines);
            }
            Frame::Row { is_head, end, cells } => self.row(is_head, end, cells),
        }
    }

    fn top(&mut self) -> Option<&mut Frame> {
        self.stack.last_mut().map(|open| &mut open.frame)
    }

    fn block(&mut self, block: Block) {
        self.close_plain();
        let holder = self.stack.iter_mut().rev().find(|open| open.frame.holds_blocks());
        holder.map_or(&mut self.tree.blocks, |open| &mut open.blocks).push(block);
    }

    fn inline(&mut self, inline: Inline) {
        self.open_plain();
        if let Some(open) = self.stack.last_mut() {
            open.inlines.push(inline);
        }
    }

    fn finish(mut self) -> Tree {
        while let Some(open) = self.stack.pop() {
            self.close(open);
        }
        self.tree.blocks.append(&mut self.footnotes);
        self.tree
    }
}
