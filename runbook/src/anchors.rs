//! The anchors that an author wrote as HTML, beside those that headings, actions and steps have.

use crate::{Attribute, Block, Element, Inline, names::Unique};

/// Takes away each author's anchor that something else has already: `<a name="restart"></a>` above `## Restart` leads
/// to the same place anyway, and an id must stand on a page once.
pub(crate) fn settle(blocks: &mut [Block], taken: &mut Unique) {
    for block in blocks {
        match block {
            Block::Heading { inlines, .. } | Block::Paragraph(inlines) | Block::Plain(inlines) => {
                in_text(inlines, taken);
            }
            Block::Table { head, rows, .. } => {
                head.iter_mut().chain(rows.iter_mut().flatten()).for_each(|cell| in_text(cell, taken));
            }
            Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => settle(blocks, taken),
            Block::List { items, .. } => items.iter_mut().for_each(|item| settle(&mut item.blocks, taken)),
            Block::Element { element, blocks } => {
                keep_if_free(element, taken);
                settle(blocks, taken);
            }
            Block::Code { .. } | Block::Action(_) | Block::Rule | Block::Html(_) => {}
        }
    }
}

fn in_text(inlines: &mut [Inline], taken: &mut Unique) {
    for inline in inlines {
        match inline {
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Strikethrough(inner) => {
                in_text(inner, taken);
            }
            Inline::Link { inlines, .. } => in_text(inlines, taken),
            Inline::Element { element, inlines } => {
                keep_if_free(element, taken);
                in_text(inlines, taken);
            }
            _ => {}
        }
    }
}

fn keep_if_free(element: &mut Element, taken: &mut Unique) {
    element.attributes.retain(|attribute| match attribute {
        Attribute::Id(id) if taken.has(id) => false,
        Attribute::Id(id) => {
            taken.take(id);
            true
        }
        _ => true,
    });
}
