//! What is open while the tree is built.

use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, CowStr, LinkType, Tag};

use crate::{Alert, Align, Block, Element, HtmlTag, Inline, Item, Task, links};

/// A tag that has begun, and what stood in it so far.
pub(crate) struct Open {
    pub(crate) frame: Frame,
    pub(crate) blocks: Vec<Block>,
    pub(crate) inlines: Vec<Inline>,
}

impl Open {
    pub(crate) fn new(frame: Frame) -> Self {
        Self { frame, blocks: Vec::new(), inlines: Vec::new() }
    }
}

/// What kind of tag it is, with what only that kind collects.
pub(crate) enum Frame {
    Quote(Option<Alert>),
    List {
        start: Option<u64>,
        items: Vec<Item>,
    },
    Item(Option<Task>),
    Footnote(String),
    Paragraph,
    /// Text of a tight item or of raw HTML: begun by the text itself, not by a tag.
    Plain,
    Element(Box<OpenElement>),
    Heading(u8),
    Emphasis,
    Strong,
    Strikethrough,
    Link {
        href: Option<String>,
        title: Option<String>,
        /// Written as `<address>`.
        autolink: bool,
    },
    Image {
        src: Option<String>,
        title: Option<String>,
    },
    Code {
        /// A fence's info string, unescaped; `None` for indented code.
        info: Option<String>,
        text: String,
        /// Bytes of the file.
        range: Range<usize>,
    },
    Html {
        text: String,
        /// Where in the file each piece of the text stands: (offset in text, offset in file).
        offsets: Vec<(usize, usize)>,
    },
    Table {
        align: Vec<Align>,
        head: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Row {
        is_head: bool,
        /// Where it ends in the file.
        end: usize,
        cells: Vec<Vec<Inline>>,
    },
    Cell,
}

/// An HTML element whose start tag has been read.
pub(crate) struct OpenElement {
    pub(crate) element: Element,
    /// Where an `<a href>` leads; `Some(None)` where it may not be followed.
    pub(crate) href: Option<Option<String>>,
    /// Its start tag as it is written.
    pub(crate) raw: String,
    /// It stands between paragraphs and holds such.
    pub(crate) block: bool,
    pub(crate) end: End,
}

impl OpenElement {
    /// Whether an end tag of this name would end it.
    pub(crate) fn waits_for(&self, tag: HtmlTag) -> bool {
        self.element.tag == tag && self.end == End::NotYet
    }
}

/// Whether an open element's end tag has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    NotYet,
    /// Yes, while something of markdown was open in it: it ends together with that.
    Due,
    Read,
}

impl Frame {
    pub(crate) fn holds_blocks(&self) -> bool {
        match self {
            Self::Element(open) => open.block,
            _ => matches!(self, Self::Quote(_) | Self::Item(_) | Self::Footnote(_)),
        }
    }

    pub(crate) fn holds_inlines(&self) -> bool {
        match self {
            Self::Element(open) => !open.block,
            _ => matches!(
                self,
                Self::Paragraph
                    | Self::Plain
                    | Self::Heading(_)
                    | Self::Emphasis
                    | Self::Strong
                    | Self::Strikethrough
                    | Self::Link { .. }
                    | Self::Image { .. }
                    | Self::Cell
            ),
        }
    }

    /// Whether it was opened by raw HTML rather than by a tag of markdown.
    pub(crate) fn is_of_html(&self) -> bool {
        matches!(self, Self::Plain | Self::Element(_))
    }
}

/// The frame of a tag that begins at `range` of the file.
pub(crate) fn frame(tag: Tag<'_>, range: Range<usize>) -> Frame {
    match tag {
        Tag::Heading { level, .. } => Frame::Heading(level as u8),
        Tag::BlockQuote(kind) => Frame::Quote(kind.map(alert)),
        Tag::CodeBlock(kind) => {
            let info = match kind {
                CodeBlockKind::Fenced(info) => Some(info.into_string()),
                CodeBlockKind::Indented => None,
            };
            Frame::Code { info, text: String::new(), range }
        }
        Tag::HtmlBlock => Frame::Html { text: String::new(), offsets: Vec::new() },
        Tag::List(start) => Frame::List { start, items: Vec::new() },
        Tag::Item => Frame::Item(None),
        Tag::FootnoteDefinition(label) => Frame::Footnote(label.into_string()),
        Tag::Table(columns) => Frame::Table {
            align: columns.into_iter().map(align).collect(),
            head: Vec::new(),
            rows: Vec::new(),
        },
        Tag::TableHead => Frame::Row { is_head: true, end: range.end, cells: Vec::new() },
        Tag::TableRow => Frame::Row { is_head: false, end: range.end, cells: Vec::new() },
        Tag::TableCell => Frame::Cell,
        Tag::Emphasis => Frame::Emphasis,
        Tag::Strong => Frame::Strong,
        Tag::Strikethrough => Frame::Strikethrough,
        Tag::Link { link_type, dest_url, title, .. } => {
            let mail = link_type == LinkType::Email && !dest_url.starts_with("mailto:");
            let href = if mail { links::href(&format!("mailto:{dest_url}")) } else { links::href(&dest_url) };
            Frame::Link { href, title: some(title), autolink: link_type == LinkType::Autolink }
        }
        Tag::Image { dest_url, title, .. } => Frame::Image { src: links::src(&dest_url), title: some(title) },
        // Of the rest only paragraphs occur: the other extensions are switched off.
        _ => Frame::Paragraph,
    }
}

fn some(text: CowStr<'_>) -> Option<String> {
    Some(text.into_string()).filter(|text| !text.is_empty())
}

fn alert(kind: BlockQuoteKind) -> Alert {
    match kind {
        BlockQuoteKind::Note => Alert::Note,
        BlockQuoteKind::Tip => Alert::Tip,
        BlockQuoteKind::Important => Alert::Important,
        BlockQuoteKind::Warning => Alert::Warning,
        BlockQuoteKind::Caution => Alert::Caution,
    }
}

fn align(column: Alignment) -> Align {
    match column {
        Alignment::None => Align::None,
        Alignment::Left => Align::Left,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
    }
}
