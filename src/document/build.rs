//! Blocks → a draft, in one go; places where something lives are left open and listed. Pure. A third of the file is tests.

use lastmile_runbook::{Alert, Block, Inline, Item, Runbook};

use super::code::CodePlace;
use super::draft::{Attr, Draft, Kept, Kind};
use super::footnotes::Notes;
use super::resolve::Links;

/// The open places of a built text.
#[derive(Default)]
pub(super) struct Places {
    /// Index of the action, and where its card goes.
    pub(super) actions: Vec<(usize, Kept)>,
    /// Index of the step, where its box goes, and where goes who has done it.
    pub(super) steps: Vec<(usize, Kept, Kept)>,
    /// Parts that get something when they come near the window.
    pub(super) parts: Vec<PartPlace>,
}

/// A part with headings or blocks of code in it.
pub(super) struct PartPlace {
    /// Its element.
    pub(super) part: Kept,
    pub(super) code: Vec<CodePlace>,
}

impl Places {
    /// How many actions and steps there are so far.
    pub(super) fn living(&self) -> usize {
        self.actions.len() + self.steps.len()
    }
}

/// Builds the draft of one runbook.
pub(super) struct Builder<'a> {
    pub(super) links: Links<'a>,
    pub(super) draft: Draft,
    pub(super) places: Places,
    pub(super) notes: Notes,
    /// Blocks of code of the part that is being built.
    pub(super) code: Vec<CodePlace>,
    /// Whether it has headings.
    headed: bool,
}

/// Builds the text of `runbook` without its title, which stands in the page's head.
pub(super) fn build(links: Links<'_>, runbook: &Runbook) -> (Draft, Places) {
    let mut builder = Builder::new(links);
    let blocks = text_blocks(runbook);
    builder.parts(blocks);
    builder.footnotes(blocks);
    (builder.draft, builder.places)
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

impl<'a> Builder<'a> {
    fn new(links: Links<'a>) -> Self {
        let (draft, places, notes) = (Draft::default(), Places::default(), Notes::default());
        Self { links, draft, places, notes, code: Vec::new(), headed: false }
    }

    pub(super) fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, id, inlines } => self.heading(*level, id, inlines),
            Block::Paragraph(inlines) => self.with_text(PARAGRAPH, inlines),
            Block::Plain(inlines) => self.with_text(PLAIN, inlines),
            Block::Quote { alert, blocks } => self.quote(*alert, blocks),
            Block::Code { language, text } => self.code(language.as_deref(), text),
            Block::Action(index) => {
                self.draft.open(Kind::of("div", "action-place"));
                self.places.actions.push((*index, self.draft.keep()));
                self.draft.close();
            }
            Block::List { start, items } => self.list(*start, items),
            Block::Table { align, head, rows } => self.table(align, head, rows),
            Block::Rule => self.draft.leaf(Kind::plain("hr"), ""),
            Block::Element { element, blocks } => self.block_element(element, blocks),
            // Collected at the end.
            Block::Footnote { .. } => {}
            Block::Html(raw) => self.draft.leaf(Kind::of("pre", "raw-html"), raw),
        }
    }

    pub(super) fn with_text(&mut self, kind: Kind, inlines: &[Inline]) {
        self.draft.open(kind);
        self.inlines(inlines);
        self.draft.close();
    }

    fn heading(&mut self, level: u8, id: &str, inlines: &[Inline]) {
        let tag = ["h1", "h2", "h3", "h4", "h5", "h6"][usize::from(level.clamp(1, 6)) - 1];
        self.draft.open(Kind::plain(tag));
        self.draft.set(Attr::Id, id);
        self.inlines(inlines);
        self.draft.close();
        self.headed = true;
    }

    /// The headings and blocks of code that came since the last part are those of the element that is open.
    pub(super) fn part_is_built(&mut self) {
        let (code, headed) = (std::mem::take(&mut self.code), std::mem::take(&mut self.headed));
        if headed || !code.is_empty() {
            let part = self.draft.keep();
            self.places.parts.push(PartPlace { part, code });
        }
    }

    fn quote(&mut self, alert: Option<Alert>, blocks: &[Block]) {
        let Some(alert) = alert else {
            self.draft.open(Kind::plain("blockquote"));
            self.blocks(blocks);
            self.draft.close();
            return;
        };
        let (class, title) = match alert {
            Alert::Note => ("alert alert--note", "Note"),
            Alert::Tip => ("alert alert--tip", "Tip"),
            Alert::Important => ("alert alert--important", "Important"),
            Alert::Warning => ("alert alert--warning", "Warning"),
            Alert::Caution => ("alert alert--caution", "Caution"),
        };
        self.draft.open(Kind::of("blockquote", class).with(&[("role", "note")]));
        self.draft.set(Attr::Label, title);
        self.draft.leaf(Kind::of("p", "alert__title"), title);
        self.blocks(blocks);
        self.draft.close();
    }

    fn list(&mut self, start: Option<u64>, items: &[Item]) {
        self.draft.open(Kind::plain(if start.is_some() { "ol" } else { "ul" }));
        if let Some(start) = start.filter(|start| *start != 1) {
            self.draft.set(Attr::Start, &start.to_string());
        }
        // Items with blocks in them are steps: what follows stands apart from them.
        let mut apart = false;
        for item in items {
            match &item.task {
                Some(task) => self.task(task.step, apart, &item.blocks),
                None => {
                    self.draft.open(Kind::of("li", if apart { "apart" } else { "" }));
                    match item.blocks.as_slice() {
                        // It needs no element of its own: nothing stands apart from it.
                        [Block::Plain(inlines)] if !inlines.iter().any(is_embedded) => self.inlines(inlines),
                        blocks => self.blocks(blocks),
                    }
                    self.draft.close();
                }
            }
            apart = item.blocks.iter().any(is_tall);
        }
        self.draft.close();
    }

    fn task(&mut self, step: usize, apart: bool, blocks: &[Block]) {
        self.draft.open(Kind::of("li", if apart { "task apart" } else { "task" }));
        self.draft.open(Kind::of("span", "task__box"));
        let tick = self.draft.keep();
        self.draft.close();
        self.draft.open(Kind::of("div", "task__body"));
        // Who has done it stands behind the item's own text, before what is nested in it.
        let (own, nested) = match blocks.split_first() {
            Some((Block::Paragraph(inlines), nested)) => (Some((PARAGRAPH, inlines)), nested),
            Some((Block::Plain(inlines), nested)) => (Some((PLAIN, inlines)), nested),
            _ => (None, blocks),
        };
        let note = if let Some((kind, inlines)) = own {
            self.draft.open(kind);
            self.inlines(inlines);
            let note = self.task_note();
            self.draft.close();
            note
        } else {
            self.task_note()
        };
        self.blocks(nested);
        self.draft.close();
        self.draft.close();
        self.places.steps.push((step, tick, note));
    }

    fn task_note(&mut self) -> Kept {
        self.draft.open(Kind::of("span", "task__note"));
        let note = self.draft.keep();
        self.draft.close();
        note
    }
}

const PARAGRAPH: Kind = Kind::plain("p");
const PLAIN: Kind = Kind::of("span", "plain");

/// Whether a block makes a list's item more than a line of text.
fn is_tall(block: &Block) -> bool {
    matches!(block, Block::Paragraph(_) | Block::Code { .. } | Block::Action(_) | Block::Table { .. })
}

/// Whether it is no running text, and would stand apart from what is beside it.
fn is_embedded(inline: &Inline) -> bool {
    matches!(inline, Inline::Image { .. } | Inline::Element { .. })
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

    /// A text's elements, read as markup.
    fn built(source: &str) -> String {
        let runbook = lastmile_runbook::parse(source);
        let slug = lastmile_protocol::Slug::from("net/a");
        let (draft, _) = build(Links::new(&slug, &runbook, &["gone.md".to_owned()]), &runbook);
        crate::document::draft::tests::drawn(&draft)
    }

    #[test]
    fn a_section_is_a_part_with_its_heading() {
        assert_eq!(
            built("## Look\n\nOne *two*\nthree\n"),
            "<div.part part--headed><h2>[id=look]Look</h2><p>One <em>two</em> three</p>[kept]</div>"
        );
    }

    #[test]
    fn what_looks_like_markup_stays_text() {
        let text = built("Ask `<b onclick=x>` for <script>alert(1)</script>\n");
        assert_eq!(
            text,
            "<div.part><p>Ask <code><b onclick=x></code> for <script>alert(1)</script></p></div>"
        );
        let runbook = lastmile_runbook::parse("Ask <script>alert(1)</script>\n");
        let slug = lastmile_protocol::Slug::from("a");
        let (draft, _) = build(Links::new(&slug, &runbook, &[]), &runbook);
        assert!(draft.kinds().iter().all(|kind| ["div", "p"].contains(&kind.tag)), "{:?}", draft.kinds());
    }

    #[test]
    fn an_item_behind_one_with_blocks_stands_apart() {
        assert_eq!(
            built("- a\n- b\n  ```\n  c\n  ```\n- d\n"),
            "<div.part><ul><li>a</li>\
             <li><span.plain>b</span><pre.code-block>[kept]<code.code>[kept]c\n</code></pre></li>\
             <li.apart>d</li></ul>[kept]</div>"
        );
    }

    #[test]
    fn who_has_done_a_step_stands_before_what_is_nested_in_it() {
        assert_eq!(
            built("- [ ] Tell them\n  - who\n"),
            "<div.part part--lives><ul><li.task><span.task__box>[kept]</span><div.task__body>\
             <span.plain>Tell them<span.task__note>[kept]</span></span>\
             <ul><li>who</li></ul></div></li></ul></div>"
        );
    }

    #[test]
    fn links_say_where_they_lead_and_why_they_do_not() {
        assert_eq!(
            built("[a](b.md) [c](https://x.example \"t\") [d](gone.md)\n"),
            "<div.part><p><a>[href=/runbooks/net/b]a</a> <a.outside-link>[href=https://x.example][title=t]c</a> \
             <span.broken-link>[title=This link leads nowhere: there is no such place in the runbook folder]d\
             <span.visually-hidden> (This link leads nowhere: there is no such place in the runbook folder)</span></span></p></div>"
        );
    }

    #[test]
    fn a_footnote_links_back_behind_its_last_words() {
        let text = built("A[^1]\n\n[^1]: Note.\n");
        assert!(
            text.ends_with("<li>[id=note:1]<p>Note.<a.footnote-back>[href=#note-ref:1][aria-label=Back to the text]↩</a></p></li></ol></section>"),
            "{text}"
        );
    }
}
