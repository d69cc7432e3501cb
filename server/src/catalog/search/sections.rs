//! A runbook as a list of sections, each with its passages of text: what is searched and quoted. Pure.

use lastmile_runbook::{Block, Inline, Runbook, plain_text};

/// What stands below one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    /// The heading's anchor; `None` above the first heading.
    pub(super) anchor: Option<String>,
    /// The heading's text.
    pub(super) heading: String,
    /// Paragraphs, items, cells, code blocks.
    pub(super) passages: Vec<Passage>,
}

/// A piece of text that is quoted as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Passage {
    pub(super) text: String,
    pub(super) code: bool,
}

/// The sections of a runbook, in order. The first has no heading; it holds the description too.
pub(super) fn sections(book: &Runbook) -> Vec<Section> {
    let mut found = Found { book, sections: vec![Section::default()] };
    found.prose(book.meta.description.clone().unwrap_or_default());
    found.blocks(&book.blocks);
    found.sections
}

struct Found<'a> {
    book: &'a Runbook,
    sections: Vec<Section>,
}

impl Found<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Heading { id, inlines, .. } => self.sections.push(Section {
                    anchor: Some(id.clone()),
                    heading: plain_text(inlines),
                    passages: Vec::new(),
                }),
                Block::Paragraph(inlines) | Block::Plain(inlines) => self.prose(plain_text(inlines)),
                Block::Code { text, .. } => self.code(text.clone()),
                Block::Html(text) => self.prose(text.clone()),
                Block::Action(at) => self.action(*at),
                Block::Table { head, rows, .. } => {
                    self.row(head);
                    rows.iter().for_each(|row| self.row(row));
                }
                _ => {}
            }
            block.children().for_each(|blocks| self.blocks(blocks));
        }
    }

    fn row(&mut self, cells: &[Vec<Inline>]) {
        self.prose(cells.iter().map(|cell| plain_text(cell)).collect::<Vec<_>>().join(" · "));
    }

    fn action(&mut self, at: usize) {
        let Some(action) = self.book.actions.get(at) else { return };
        self.prose(action.label.clone());
        self.prose(action.danger.clone().unwrap_or_default());
        self.code(action.script.clone());
    }

    fn prose(&mut self, text: String) {
        self.passage(Passage { text, code: false });
    }

    fn code(&mut self, text: String) {
        self.passage(Passage { text, code: true });
    }

    fn passage(&mut self, mut passage: Passage) {
        passage.text.truncate(passage.text.trim_end().len());
        if let Some(section) = self.sections.last_mut()
            && !passage.text.is_empty()
        {
            section.passages.push(passage);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_runbook_s_text_stands_in_the_section_where_it_is() {
        let book = lastmile_runbook::parse(concat!(
            "---\ndescription: What it is about\n---\nabove\n# One\n- item\n\n  ```sh\n  ls\n  ```\n> quoted\n\n",
            "## Two\n| a | b |\n|---|---|\n| c | d |\n\n```sh\n#| action: Act\n#| danger: It breaks\ntrue\n```\n",
        ));
        let texts: Vec<(String, Vec<String>)> = sections(&book)
            .into_iter()
            .map(|section| {
                let texts = section.passages.into_iter().map(|passage| passage.text.trim().to_owned());
                (section.heading, texts.collect())
            })
            .collect();
        let expect = |heading: &str, texts: &[&str]| {
            (heading.to_owned(), texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(
            texts,
            [
                expect("", &["What it is about", "above"]),
                expect("One", &["item", "ls", "quoted"]),
                expect(
                    "Two",
                    &["a · b", "c · d", "Act", "It breaks", "#| action: Act\n#| danger: It breaks\ntrue"]
                ),
            ]
        );
    }
}
