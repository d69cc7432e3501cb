//! A runbook's text as a tree of blocks and running text.
//!
//! The tree is data only: it knows nothing of DOM or of how it is drawn.

use crate::Element;

/// A block of the text.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// `# Title`, with the id that GitHub would give it, unique in the file.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Anchor, unique in the file.
        id: String,
        /// The heading's text.
        inlines: Vec<Inline>,
    },
    /// A paragraph. In a tight list an item's text is a [`Block::Plain`] instead.
    Paragraph(Vec<Inline>),
    /// Text without a paragraph around it: of a tight list item, or of raw HTML.
    Plain(Vec<Inline>),
    /// `> quote`, or an alert such as `> [!NOTE]`.
    Quote {
        /// Which alert, if it is one.
        alert: Option<Alert>,
        /// What is quoted.
        blocks: Vec<Block>,
    },
    /// A code block that is no action.
    Code {
        /// First word of the info string, lower case; `None` for indented and untagged blocks.
        language: Option<String>,
        /// The code, without the fence.
        text: String,
    },
    /// An action's place; the index into [`Runbook::actions`](crate::Runbook::actions).
    Action(usize),
    /// A list.
    List {
        /// First number of an ordered list; `None` for bullets.
        start: Option<u64>,
        /// The items.
        items: Vec<Item>,
    },
    /// A table; the number of cells in a row equals `align.len()`.
    Table {
        /// One entry a column.
        align: Vec<Align>,
        /// The header's cells.
        head: Vec<Vec<Inline>>,
        /// Body rows, each a list of cells.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A thematic break.
    Rule,
    /// The body of a footnote; shown where the document ends.
    Footnote {
        /// The label, as in `[^label]`.
        label: String,
        /// The note.
        blocks: Vec<Block>,
    },
    /// An HTML element with blocks in it, such as `<details>`.
    Element {
        /// Which, with its attributes.
        element: Element,
        /// What stands between its tags.
        blocks: Vec<Block>,
    },
    /// Raw HTML of elements that are not on the list, in lines: shown as the text it is, so that nothing is lost.
    Html(String),
}

/// One item of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// Set for a task-list item (`- [ ]`).
    pub task: Option<Task>,
    /// What stands in the item.
    pub blocks: Vec<Block>,
}

/// The box of a task-list item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Whether the file has it ticked.
    pub checked: bool,
    /// Index into [`Runbook::steps`](crate::Runbook::steps).
    pub step: usize,
}

/// Kinds of alert blocks, as on GitHub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alert {
    /// `[!NOTE]`
    Note,
    /// `[!TIP]`
    Tip,
    /// `[!IMPORTANT]`
    Important,
    /// `[!WARNING]`
    Warning,
    /// `[!CAUTION]`
    Caution,
}

/// Alignment of a table's column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// As the page has it.
    #[default]
    None,
    /// Left.
    Left,
    /// Centred.
    Center,
    /// Right.
    Right,
}

/// A piece of running text.
#[derive(Clone, Debug, PartialEq)]
pub enum Inline {
    /// Text; also what looks like HTML but is none (`<pod>`).
    Text(String),
    /// `` `code` ``
    Code(String),
    /// `*emphasis*`
    Emphasis(Vec<Inline>),
    /// `**strong**`
    Strong(Vec<Inline>),
    /// `~~struck~~`
    Strikethrough(Vec<Inline>),
    /// A link. `href` is `None` where the scheme is not one of http, https, mailto, tel or relative.
    Link {
        /// Where it leads, as written; `None` if it may not be followed.
        href: Option<String>,
        /// The link's title.
        title: Option<String>,
        /// The link's text.
        inlines: Vec<Inline>,
    },
    /// An image. `src` is `None` where its scheme is not allowed.
    Image {
        /// The image's address, as written.
        src: Option<String>,
        /// The image's title.
        title: Option<String>,
        /// The text that stands for it.
        alt: String,
        /// Its width in CSS pixels, where `<img>` gives one.
        width: Option<u16>,
        /// Its height in CSS pixels, where `<img>` gives one.
        height: Option<u16>,
    },
    /// An HTML element in running text, such as `<kbd>`. `<a href>`, `<img>` and `<br>` are links, images and
    /// breaks instead.
    Element {
        /// Which, with its attributes.
        element: Element,
        /// What stands between its tags.
        inlines: Vec<Inline>,
    },
    /// `[^label]`
    FootnoteRef(String),
    /// A line end in the source.
    SoftBreak,
    /// A hard break.
    HardBreak,
}

impl Block {
    /// The lists of blocks that stand in this one: an item's, a quote's, an element's.
    pub fn children(&self) -> impl Iterator<Item = &[Block]> {
        let (own, items): (Option<&[Block]>, &[Item]) = match self {
            Self::Quote { blocks, .. } | Self::Footnote { blocks, .. } | Self::Element { blocks, .. } => {
                (Some(blocks), &[])
            }
            Self::List { items, .. } => (None, items),
            _ => (None, &[]),
        };
        own.into_iter().chain(items.iter().map(|item| item.blocks.as_slice()))
    }
}

impl Inline {
    /// The running text that stands in this piece.
    #[must_use]
    pub fn children(&self) -> &[Inline] {
        match self {
            Self::Emphasis(inlines) | Self::Strong(inlines) | Self::Strikethrough(inlines) => inlines,
            Self::Link { inlines, .. } | Self::Element { inlines, .. } => inlines,
            _ => &[],
        }
    }
}
