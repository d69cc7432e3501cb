//! Blocks → nodes, in one go; places where something lives are left open and listed.

use lastmile_runbook::{Alert, Block, Inline, Item, Runbook};
use leptos::prelude::document;
use wasm_bindgen::JsValue;
use web_sys::{DocumentFragment, HtmlElement, Node};

use super::code::{CodePlace, PartCode};
use super::footnotes::Notes;
use super::nodes::{element, set, text, whole};
use super::resolve::Links;

/// The open places of a built text.
#[derive(Default)]
pub(super) struct Places {
    /// Index of the action, and where its card goes.
    pub(super) actions: Vec<(usize, HtmlElement)>,
    /// Index of the step, where its box goes, and where goes who has done it.
    pub(super) steps: Vec<(usize, HtmlElement, HtmlElement)>,
    /// Blocks of code, part by part.
    pub(super) code: Vec<PartCode>,
}

impl Places {
    /// How many actions and steps there are so far.
    pub(super) fn living(&self) -> usize {
        self.actions.len() + self.steps.len()
    }
}

/// Builds the nodes of one runbook.
pub(super) struct Builder<'a> {
    pub(super) runbook: &'a Runbook,
    pub(super) links: Links<'a>,
    pub(super) places: Places,
    pub(super) notes: Notes,
    /// Blocks of code of the part that is being built.
    pub(super) code: Vec<CodePlace>,
}

/// Builds the text of `runbook` without its title, which stands in the page's head.
pub(super) fn build(links: Links<'_>, runbook: &Runbook) -> Result<(DocumentFragment, Places), JsValue> {
    let (places, notes) = (Places::default(), Notes::default());
    let mut builder = Builder { runbook, links, places, notes, code: Vec::new() };
    let fragment = document().create_document_fragment();
    let blocks = text_blocks(runbook);
    builder.parts(&fragment, blocks)?;
    builder.footnotes(&fragment, blocks)?;
    Ok((fragment, builder.places))
}

/// The blocks below the title: a heading of level 1 at the very start is the page's heading already.
pub(super) fn text_blocks(runbook: &Runbook) -> &[Block] {
    match runbook.blocks.split_first() {
        Some((Block::Heading { level: 1, inlines, .. }, rest))
            if runbook
                .title
                .as_deref()
                .is_none_or(|title| title == lastmile_runbook::plain_text(inlines)) =>
        {
            rest
        }
        _ => &runbook.blocks,
    }
}

impl Builder<'_> {
    pub(super) fn blocks(&mut self, parent: &Node, blocks: &[Block]) -> Result<(), JsValue> {
        for block in blocks {
            self.block(parent, block)?;
        }
        Ok(())
    }

    fn block(&mut self, parent: &Node, block: &Block) -> Result<(), JsValue> {
        let node = match block {
            Block::Heading { level, id, inlines } => self.heading(*level, id, inlines)?,
            Block::Paragraph(inlines) => self.with_text("p", "", inlines)?,
            Block::Plain(inlines) => self.with_text("span", "plain", inlines)?,
            Block::Quote { alert, blocks } => self.quote(*alert, blocks)?,
            Block::Code { language, text } => self.code(language.as_deref(), text)?,
            Block::Action(index) => {
                let place = element("div", "action-place")?;
                self.places.actions.push((*index, place.clone()));
                place
            }
            Block::List { start, items } => self.list(*start, items)?,
            Block::Table { align, head, rows } => self.table(align, head, rows)?,
            Block::Rule => element("hr", "")?,
            Block::Element { element, blocks } => self.block_element(element, blocks)?,
            // Collected at the end.
            Block::Footnote { .. } => return Ok(()),
            Block::Html(raw) => {
                let node = element("pre", "raw-html")?;
                text(&node, raw)?;
                node
            }
        };
        parent.append_child(&node).map(drop)
    }

    pub(super) fn with_text(
        &mut self,
        tag: &str,
        class: &str,
        inlines: &[Inline],
    ) -> Result<HtmlElement, JsValue> {
        let node = element(tag, class)?;
        self.inlines(&node, inlines)?;
        Ok(node)
    }

    fn heading(&mut self, level: u8, id: &str, inlines: &[Inline]) -> Result<HtmlElement, JsValue> {
        let tag = ["h1", "h2", "h3", "h4", "h5", "h6"][usize::from(level.clamp(1, 6)) - 1];
        let node = self.with_text(tag, "", inlines)?;
        node.set_id(id);
        node.set_tab_index(-1);
        let anchor = whole("heading-anchor", || {
            let anchor = element("a", "heading-anchor")?;
            set(&anchor, "aria-label", "Link to this section")?;
            Ok(anchor)
        })?;
        set(&anchor, "href", &format!("#{id}"))?;
        node.append_child(&anchor)?;
        Ok(node)
    }

    fn quote(&mut self, alert: Option<Alert>, blocks: &[Block]) -> Result<HtmlElement, JsValue> {
        let Some(alert) = alert else {
            let node = element("blockquote", "")?;
            self.blocks(&node, blocks)?;
            return Ok(node);
        };
        let (kind, title) = match alert {
            Alert::Note => ("note", "Note"),
            Alert::Tip => ("tip", "Tip"),
            Alert::Important => ("important", "Important"),
            Alert::Warning => ("warning", "Warning"),
            Alert::Caution => ("caution", "Caution"),
        };
        let node = element("blockquote", &format!("alert alert--{kind}"))?;
        set(&node, "role", "note")?;
        set(&node, "aria-label", title)?;
        let head = element("p", "alert__title")?;
        text(&head, title)?;
        node.append_child(&head)?;
        self.blocks(&node, blocks)?;
        Ok(node)
    }

    fn list(&mut self, start: Option<u64>, items: &[Item]) -> Result<HtmlElement, JsValue> {
        let node = element(if start.is_some() { "ol" } else { "ul" }, "")?;
        if let Some(start) = start.filter(|start| *start != 1) {
            set(&node, "start", &start.to_string())?;
        }
        for item in items {
            let entry = match &item.task {
                Some(task) => self.task(task.step, &item.blocks)?,
                None => {
                    let entry = element("li", "")?;
                    self.blocks(&entry, &item.blocks)?;
                    entry
                }
            };
            node.append_child(&entry)?;
        }
        Ok(node)
    }

    fn task(&mut self, step: usize, blocks: &[Block]) -> Result<HtmlElement, JsValue> {
        let entry = element("li", "task")?;
        let (tick, body, note) =
            (element("span", "task__box")?, element("div", "task__body")?, element("span", "task__note")?);
        self.blocks(&body, blocks)?;
        // Who has done it stands behind the item's own text, before what is nested in it.
        match body.first_element_child() {
            Some(first) => drop(first.append_child(&note)?),
            None => drop(body.append_child(&note)?),
        }
        entry.append_child(&tick)?;
        entry.append_child(&body)?;
        self.places.steps.push((step, tick, note));
        Ok(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(text: &str) -> Block {
        Block::Heading { level: 1, id: "a".to_owned(), inlines: vec![Inline::Text(text.to_owned())] }
    }

    #[test]
    fn the_title_is_not_said_twice() {
        let mut runbook = Runbook { blocks: vec![heading("Title"), Block::Rule], ..Runbook::default() };
        runbook.title = Some("Title".to_owned());
        assert_eq!(text_blocks(&runbook), [Block::Rule]);
        runbook.title = Some("Another, from the front matter".to_owned());
        assert_eq!(text_blocks(&runbook).len(), 2);
    }
}
