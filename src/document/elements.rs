//! HTML elements that authors may write → nodes of the same name.

use lastmile_runbook::{Align, Attribute, Block, Element as Written, HtmlTag, Inline};
use wasm_bindgen::JsValue;
use web_sys::{Element, HtmlElement, Node};

use super::build::Builder;
use super::nodes::{element, scroll_frame, set};

impl Builder<'_> {
    /// An element with blocks in it. What can be wider than the page scrolls by itself.
    pub(super) fn block_element(
        &mut self,
        written: &Written,
        blocks: &[Block],
    ) -> Result<HtmlElement, JsValue> {
        let node = start(written)?;
        self.blocks(&node, blocks)?;
        match written.tag {
            HtmlTag::Table => {
                let frame = scroll_frame("Table")?;
                frame.append_child(&node)?;
                Ok(frame)
            }
            HtmlTag::Pre => {
                node.set_class_name("code");
                set(&node, "tabindex", "0")?;
                set(&node, "role", "group")?;
                set(&node, "aria-label", "Code")?;
                Ok(node)
            }
            _ => Ok(node),
        }
    }

    /// An element in running text.
    pub(super) fn inline_element(
        &mut self,
        parent: &Node,
        written: &Written,
        inlines: &[Inline],
    ) -> Result<(), JsValue> {
        let node = start(written)?;
        self.inlines(&node, inlines)?;
        parent.append_child(&node).map(drop)
    }
}

/// The class tells what an author wrote from the cards that stand in the text.
fn start(written: &Written) -> Result<HtmlElement, JsValue> {
    let node = element(written.tag.name(), "html")?;
    for attribute in &written.attributes {
        carry(&node, attribute)?;
    }
    Ok(node)
}

fn carry(node: &Element, attribute: &Attribute) -> Result<(), JsValue> {
    match attribute {
        Attribute::Id(id) => set(node, "id", id),
        Attribute::Title(title) => set(node, "title", title),
        Attribute::ColSpan(columns) => set(node, "colspan", &columns.to_string()),
        Attribute::RowSpan(rows) => set(node, "rowspan", &rows.to_string()),
        Attribute::Open => set(node, "open", ""),
        Attribute::Align(align) => {
            node.set_class_name(&format!("html {}", align_class(*align)));
            Ok(())
        }
    }
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
