//! Blocks → nodes, in one go; places where something lives are left open and listed.

use lastmile_protocol::Slug;
use lastmile_runbook::{Alert, Align, Block, Inline, Item, Runbook};
use leptos::prelude::document;
use wasm_bindgen::JsValue;
use web_sys::{DocumentFragment, Element, HtmlElement, Node};

use super::nodes::{element, set, text};

/// The open places of a built text.
#[derive(Default)]
pub(super) struct Places {
    /// Index of the action, and where its card goes.
    pub(super) actions: Vec<(usize, HtmlElement)>,
    /// Index of the step, where its box goes, and where goes who has done it.
    pub(super) steps: Vec<(usize, HtmlElement, HtmlElement)>,
    /// Where a copy button goes, and what it copies.
    pub(super) code: Vec<(HtmlElement, String)>,
}

/// Builds the nodes of one runbook.
pub(super) struct Builder<'a> {
    pub(super) slug: &'a Slug,
    places: Places,
    /// Labels of footnotes in the order in which they are referred to.
    notes: Vec<String>,
}

/// Builds the text of `runbook` without its title, which stands in the page's head.
pub(super) fn build(slug: &Slug, runbook: &Runbook) -> Result<(DocumentFragment, Places), JsValue> {
    let mut builder = Builder { slug, places: Places::default(), notes: Vec::new() };
    let fragment = document().create_document_fragment();
    let blocks = text_blocks(runbook);
    builder.blocks(&fragment, blocks)?;
    builder.footnotes(&fragment, blocks)?;
    Ok((fragment, builder.places))
}

/// The blocks below the title: a heading of level 1 at the very start is the page's heading already.
fn text_blocks(runbook: &Runbook) -> &[Block] {
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

    fn with_text(&mut self, tag: &str, class: &str, inlines: &[Inline]) -> Result<HtmlElement, JsValue> {
        let node = element(tag, class)?;
        self.inlines(&node, inlines)?;
        Ok(node)
    }

    fn heading(&mut self, level: u8, id: &str, inlines: &[Inline]) -> Result<HtmlElement, JsValue> {
        let node = self.with_text(&format!("h{}", level.clamp(1, 6)), "", inlines)?;
        set(&node, "id", id)?;
        set(&node, "tabindex", "-1")?;
        let anchor = element("a", "heading-anchor")?;
        set(&anchor, "href", &format!("#{id}"))?;
        set(&anchor, "aria-label", "Link to this section")?;
        let sign = element("span", "")?;
        set(&sign, "aria-hidden", "true")?;
        text(&sign, "#")?;
        anchor.append_child(&sign)?;
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

    fn code(&mut self, language: Option<&str>, code: &str) -> Result<HtmlElement, JsValue> {
        let (frame, tools) = (element("div", "code-block")?, element("div", "code-block__tools")?);
        if let Some(language) = language {
            let corner = element("span", "code-block__language")?;
            text(&corner, language)?;
            tools.append_child(&corner)?;
        }
        let (copy, pre, inner) = (element("span", "")?, element("pre", "code")?, element("code", "")?);
        tools.append_child(&copy)?;
        self.places.code.push((copy, code.to_owned()));
        // It may scroll sideways, so the keyboard must reach it.
        set(&pre, "tabindex", "0")?;
        set(&pre, "role", "group")?;
        set(&pre, "aria-label", "Code")?;
        text(&inner, code)?;
        pre.append_child(&inner)?;
        frame.append_child(&tools)?;
        frame.append_child(&pre)?;
        Ok(frame)
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

    fn table(
        &mut self,
        align: &[Align],
        head: &[Vec<Inline>],
        rows: &[Vec<Vec<Inline>>],
    ) -> Result<HtmlElement, JsValue> {
        let (frame, table) = (element("div", "table-scroll")?, element("table", "")?);
        set(&frame, "tabindex", "0")?;
        set(&frame, "role", "group")?;
        set(&frame, "aria-label", "Table")?;
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
            let class = match align {
                Align::None | Align::Left => "",
                Align::Center => "align-center",
                Align::Right => "align-right",
            };
            let node = self.with_text(tag, class, cell)?;
            if tag == "th" {
                set(&node, "scope", "col")?;
            }
            row.append_child(&node)?;
        }
        Ok(row)
    }

    /// A footnote's number: they are counted in the order in which the text refers to them.
    pub(super) fn note_number(&mut self, label: &str) -> usize {
        match self.notes.iter().position(|known| known == label) {
            Some(at) => at + 1,
            None => {
                self.notes.push(label.to_owned());
                self.notes.len()
            }
        }
    }

    fn footnotes(&mut self, parent: &Node, blocks: &[Block]) -> Result<(), JsValue> {
        let mut bodies = Vec::new();
        collect_notes(blocks, &mut bodies);
        let mut notes: Vec<(usize, &[Block])> =
            bodies.into_iter().map(|(label, body)| (self.note_number(label), body)).collect();
        if notes.is_empty() {
            return Ok(());
        }
        notes.sort_by_key(|(number, _)| *number);
        let (section, list) = (element("section", "footnotes")?, element("ol", "")?);
        set(&section, "aria-label", "Footnotes")?;
        for (number, body) in notes {
            let entry = element("li", "")?;
            set(&entry, "id", &format!("note-{number}"))?;
            set(&entry, "tabindex", "-1")?;
            self.blocks(&entry, body)?;
            entry.append_child(&*back_link(number)?)?;
            list.append_child(&entry)?;
        }
        section.append_child(&list)?;
        parent.append_child(&section).map(drop)
    }
}

fn back_link(number: usize) -> Result<Element, JsValue> {
    let back = element("a", "footnote-back")?;
    set(&back, "href", &format!("#note-ref-{number}"))?;
    set(&back, "aria-label", "Back to the text")?;
    text(&back, "↩")?;
    Ok(back.into())
}

/// Footnotes may stand anywhere, in quotes and lists too.
fn collect_notes<'a>(blocks: &'a [Block], found: &mut Vec<(&'a str, &'a [Block])>) {
    for block in blocks {
        match block {
            Block::Footnote { label, blocks } => found.push((label, blocks)),
            Block::Quote { blocks, .. } => collect_notes(blocks, found),
            Block::List { items, .. } => items.iter().for_each(|item| collect_notes(&item.blocks, found)),
            _ => {}
        }
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

    #[test]
    fn footnotes_are_found_wherever_they_stand() {
        let note = |label: &str| Block::Footnote { label: label.to_owned(), blocks: Vec::new() };
        let blocks = [
            Block::Quote { alert: None, blocks: vec![note("a")] },
            Block::List { start: None, items: vec![Item { task: None, blocks: vec![note("b")] }] },
            note("c"),
        ];
        let mut found = Vec::new();
        collect_notes(&blocks, &mut found);
        assert_eq!(found.iter().map(|(label, _)| *label).collect::<Vec<_>>(), ["a", "b", "c"]);
    }
}
