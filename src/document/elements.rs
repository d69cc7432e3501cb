//! HTML elements that authors may write → elements of the same name.

use lastmile_runbook::{Align, Attribute, Block, Element as Written, HtmlTag, Inline};

use super::build::Builder;
use super::draft::{Attr, Draft, Kind, SCROLLS_CODE, TABLE_FRAME};

impl Builder<'_> {
    /// An element with blocks in it. What can be wider than the page scrolls by itself.
    pub(super) fn block_element(&mut self, written: &Written, blocks: &[Block]) {
        let framed = written.tag == HtmlTag::Table;
        if framed {
            self.draft.open(TABLE_FRAME);
        }
        start(&mut self.draft, written);
        self.blocks(blocks);
        self.draft.close();
        if framed {
            self.draft.close();
        }
    }

    /// An element in running text.
    pub(super) fn inline_element(&mut self, written: &Written, inlines: &[Inline]) {
        start(&mut self.draft, written);
        self.inlines(inlines);
        self.draft.close();
    }
}

fn start(draft: &mut Draft, written: &Written) {
    draft.open(kind(written));
    for attribute in &written.attributes {
        match attribute {
            Attribute::Id(id) => draft.set(Attr::Id, id),
            Attribute::Title(title) => draft.set(Attr::Title, title),
            Attribute::ColSpan(columns) => draft.set(Attr::ColSpan, &columns.to_string()),
            Attribute::RowSpan(rows) => draft.set(Attr::RowSpan, &rows.to_string()),
            Attribute::Open => draft.set(Attr::Open, ""),
            Attribute::Align(_) => {}
        }
    }
}

/// The class tells what an author wrote from the cards that stand in the text.
fn kind(written: &Written) -> Kind {
    let tag = written.tag.name();
    if written.tag == HtmlTag::Pre {
        return Kind::of(tag, "code").with(SCROLLS_CODE);
    }
    let aligned = written.attributes.iter().rev().find_map(|attribute| match attribute {
        Attribute::Align(align) => Some(*align),
        _ => None,
    });
    let class = match aligned.unwrap_or(Align::None) {
        Align::None => "html",
        Align::Left => "html align-left",
        Align::Center => "html align-center",
        Align::Right => "html align-right",
    };
    Kind::of(tag, class)
}

/// The class that aligns text.
pub(super) fn align_class(align: Align) -> &'static str {
    match align {
        Align::None => "",
        Align::Left => "align-left",
        Align::Center => "align-center",
        Align::Right => "align-right",
    }
}
