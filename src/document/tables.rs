//! Tables of markdown → nodes.

use lastmile_runbook::{Align, Inline};
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

use super::build::Builder;
use super::elements::align_class;
use super::nodes::{element, scroll_frame, set};

impl Builder<'_> {
    pub(super) fn table(
        &mut self,
        align: &[Align],
        head: &[Vec<Inline>],
        rows: &[Vec<Vec<Inline>>],
    ) -> Result<HtmlElement, JsValue> {
        let (frame, table) = (scroll_frame("Table")?, element("table", "")?);
        let (top, body) = (element("thead", "")?, element("tbody", "")?);
        top.append_child(&*self.row("th", align, head)?)?;
        for row in rows {
            body.append_child(&*self.row("td", align, row)?)?;
        }
        table.append_child(&top)?;
        table.append_child(&body)?;
        frame.append_child(&table)?;
        Ok(frame)
    }

    fn row(&mut self, tag: &str, align: &[Align], cells: &[Vec<Inline>]) -> Result<HtmlElement, JsValue> {
        let row = element("tr", "")?;
        for (cell, align) in cells.iter().zip(align) {
            let node = self.with_text(tag, align_class(*align), cell)?;
            if tag == "th" {
                set(&node, "scope", "col")?;
            }
            row.append_child(&node)?;
        }
        Ok(row)
    }
}
