//! Finding things in a runbook: by name, and all of a kind.

use std::collections::HashSet;

use crate::{Action, Attribute, Block, Element, Inline, InputSpec, Problem, Runbook, Step, plain_text};

/// A heading, for a table of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadingRef {
    /// 1 to 6.
    pub level: u8,
    /// Anchor, unique in the file.
    pub id: String,
    /// Its text, without markup.
    pub text: String,
}

impl Runbook {
    /// The action called `name`; the first one if (wrongly) several are.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }

    /// The declared input called `name`.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<&InputSpec> {
        self.meta.inputs.iter().find(|input| input.name == name)
    }

    /// The manual step called `name`.
    #[must_use]
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// What is wrong with the action called `action`, in the order of lines.
    pub fn problems_of(&self, action: &str) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(move |problem| problem.action.as_deref() == Some(action))
    }

    /// The headings in document order, those inside quotes and lists too.
    #[must_use]
    pub fn headings(&self) -> Vec<HeadingRef> {
        let mut found = Vec::new();
        collect(&self.blocks, &mut found);
        found
    }

    /// All that a link into this runbook can lead to: headings, actions, steps, and the author's own anchors.
    #[must_use]
    pub fn anchors(&self) -> HashSet<&str> {
        let names = self.actions.iter().map(|it| &it.name).chain(self.steps.iter().map(|it| &it.name));
        let mut anchors: HashSet<&str> = names.map(String::as_str).collect();
        each(&self.blocks, &mut |piece| match piece {
            Piece::Heading(id) => drop(anchors.insert(id)),
            Piece::Element(element) => anchors.extend(element.id()),
            Piece::Link(_) | Piece::Image(_) => {}
        });
        anchors
    }

    /// The addresses of its links that may be followed, as written, in document order.
    #[must_use]
    pub fn links(&self) -> Vec<&str> {
        let mut links = Vec::new();
        each(&self.blocks, &mut |piece| {
            if let Piece::Link(href) = piece {
                links.push(href);
            }
        });
        links
    }

    /// The addresses of its images that may be shown, as written, in document order.
    #[must_use]
    pub fn images(&self) -> Vec<&str> {
        let mut images = Vec::new();
        each(&self.blocks, &mut |piece| {
            if let Piece::Image(src) = piece {
                images.push(src);
            }
        });
        images
    }
}

impl Element {
    /// The anchor that it is.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.attributes.iter().find_map(|attribute| match attribute {
            Attribute::Id(id) => Some(id.as_str()),
            _ => None,
        })
    }
}

fn collect(blocks: &[Block], found: &mut Vec<HeadingRef>) {
    for block in blocks {
        match block {
            Block::Heading { level, id, inlines } => {
                found.push(HeadingRef { level: *level, id: id.clone(), text: plain_text(inlines) });
            }
            _ => block.children().for_each(|blocks| collect(blocks, found)),
        }
    }
}

/// What a link comes from or leads to.
enum Piece<'a> {
    Heading(&'a str),
    Element(&'a Element),
    Link(&'a str),
    Image(&'a str),
}

fn each<'a>(blocks: &'a [Block], see: &mut impl FnMut(Piece<'a>)) {
    for block in blocks {
        match block {
            Block::Heading { id, inlines, .. } => {
                see(Piece::Heading(id));
                each_inline(inlines, see);
            }
            Block::Paragraph(inlines) | Block::Plain(inlines) => each_inline(inlines, see),
            Block::Table { head, rows, .. } => {
                head.iter().chain(rows.iter().flatten()).for_each(|cell| each_inline(cell, see));
            }
            Block::Element { element, .. } => see(Piece::Element(element)),
            _ => {}
        }
        block.children().for_each(|blocks| each(blocks, see));
    }
}

fn each_inline<'a>(inlines: &'a [Inline], see: &mut impl FnMut(Piece<'a>)) {
    for inline in inlines {
        match inline {
            Inline::Link { href, .. } => href.iter().for_each(|href| see(Piece::Link(href))),
            Inline::Image { src, .. } => src.iter().for_each(|src| see(Piece::Image(src))),
            Inline::Element { element, .. } => see(Piece::Element(element)),
            _ => {}
        }
        each_inline(inline.children(), see);
    }
}
