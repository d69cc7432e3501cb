//! The raw HTML that a runbook may use: a few elements, and of their attributes a few.
//!
//! What is not in these lists can't be said in a tree, so it can't be drawn either. Nothing in them runs,
//! loads or covers anything: no event, no style, no class.

use crate::Align;

/// An element that an author wrote as HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Which it is.
    pub tag: HtmlTag,
    /// What it carries, each at most once.
    pub attributes: Vec<Attribute>,
}

/// An attribute that an element may carry. `<a>`'s `href` and an image's attributes stand in their own places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// `id`, or `name` of an `<a>`: an anchor that no heading, action or step of the file has.
    Id(String),
    /// `title`.
    Title(String),
    /// `align`.
    Align(Align),
    /// `colspan`.
    ColSpan(u16),
    /// `rowspan`.
    RowSpan(u16),
    /// `open` of a `<details>`.
    Open,
}

macro_rules! tags {
    ($($variant:ident $name:literal)*) => {
        /// The elements that an author may write. `<br>` and `<img>` are among the inlines.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum HtmlTag {
            $(#[doc = concat!("`<", $name, ">`")] $variant,)*
        }

        impl HtmlTag {
            pub(crate) const COUNT: usize = [$($name),*].len();

            /// Its name in HTML.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The element called `name`, in small or capital letters.
            pub(crate) fn find(name: &str) -> Option<Self> {
                $(if name.eq_ignore_ascii_case($name) { return Some(Self::$variant); })*
                None
            }
        }
    };
}

tags! {
    Details "details" Summary "summary" Kbd "kbd" Sub "sub" Sup "sup" B "b" I "i" Em "em" Strong "strong"
    Code "code" Pre "pre" P "p" Div "div" Span "span" Table "table" Thead "thead" Tbody "tbody" Tfoot "tfoot"
    Tr "tr" Th "th" Td "td" Caption "caption" A "a"
}

impl HtmlTag {
    /// Whether it stands between paragraphs rather than in one.
    pub(crate) fn is_block(self) -> bool {
        !matches!(
            self,
            Self::Kbd
                | Self::Sub
                | Self::Sup
                | Self::B
                | Self::I
                | Self::Em
                | Self::Strong
                | Self::Code
                | Self::Span
                | Self::A
        )
    }

    /// Whether HTML lets its end tag be left out.
    pub(crate) fn ends_by_itself(self) -> bool {
        matches!(
            self,
            Self::P
                | Self::Thead
                | Self::Tbody
                | Self::Tfoot
                | Self::Tr
                | Self::Th
                | Self::Td
                | Self::Caption
        )
    }

    /// The open elements that this one's start tag ends.
    pub(crate) fn ends(self) -> &'static [HtmlTag] {
        match self {
            Self::P => &[Self::P],
            Self::Th | Self::Td => &[Self::Th, Self::Td, Self::Caption],
            Self::Tr => &[Self::Tr, Self::Caption],
            Self::Thead | Self::Tbody | Self::Tfoot => {
                &[Self::Thead, Self::Tbody, Self::Tfoot, Self::Caption]
            }
            _ => &[],
        }
    }

    /// Whether addresses in its text stay as they are typed.
    pub(crate) fn is_literal(self) -> bool {
        matches!(self, Self::Code | Self::Kbd | Self::Pre)
    }
}
