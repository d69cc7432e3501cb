//! Footnotes: numbered in the order in which the text refers to them, listed below it, linked both ways.

use lastmile_runbook::Block;

use super::build::Builder;
use super::draft::{Attr, Draft, Kind};

/// What the text has referred to so far. The ids have a colon, which no heading's anchor can have.
#[derive(Default)]
pub(super) struct Notes {
    /// Label and number of references, in the order of first references.
    known: Vec<(String, usize)>,
}

impl Notes {
    /// The number of a note, from 1.
    fn number(&mut self, label: &str) -> usize {
        // GitHub matches labels in small and capital letters alike.
        match self.known.iter().position(|(known, _)| known.eq_ignore_ascii_case(label)) {
            Some(at) => at + 1,
            None => {
                self.known.push((label.to_owned(), 0));
                self.known.len()
            }
        }
    }

    /// A further reference: the note's number, and which of its references this is.
    fn refer(&mut self, label: &str) -> (usize, usize) {
        let number = self.number(label);
        let count = self.known.get_mut(number - 1).map_or(1, |(_, count)| {
            *count += 1;
            *count
        });
        (number, count)
    }

    fn references(&self, number: usize) -> usize {
        self.known.get(number - 1).map_or(0, |(_, count)| *count)
    }
}

fn reference_id(number: usize, count: usize) -> String {
    if count == 1 { format!("note-ref:{number}") } else { format!("note-ref:{number}:{count}") }
}

impl Builder<'_> {
    pub(super) fn footnote_ref(&mut self, label: &str) {
        let (number, count) = self.notes.refer(label);
        self.draft.open(Kind::plain("sup"));
        self.draft.open(Kind::of("a", "footnote-ref"));
        self.draft.set(Attr::Href, &format!("#note:{number}"));
        self.draft.set(Attr::Id, &reference_id(number, count));
        self.draft.set(Attr::Label, &format!("Footnote {number}"));
        self.draft.text(&number.to_string());
        self.draft.close();
        self.draft.close();
    }

    pub(super) fn footnotes(&mut self, blocks: &[Block]) {
        let mut bodies = Vec::new();
        collect_notes(blocks, &mut bodies);
        let mut notes: Vec<(usize, &[Block])> =
            bodies.into_iter().map(|(label, body)| (self.notes.number(label), body)).collect();
        if notes.is_empty() {
            return;
        }
        notes.sort_by_key(|(number, _)| *number);
        self.draft.open(Kind::of("section", "footnotes").with(&[("aria-label", "Footnotes")]));
        self.draft.open(Kind::plain("ol"));
        for (number, body) in notes {
            self.footnote(number, body);
        }
        self.draft.close();
        self.part_is_built();
        self.draft.close();
    }

    /// A note, with a link back for each reference, behind its last words where it ends with a paragraph.
    fn footnote(&mut self, number: usize, body: &[Block]) {
        self.draft.open(Kind::plain("li"));
        self.draft.set(Attr::Id, &format!("note:{number}"));
        if let Some((Block::Paragraph(inlines), before)) = body.split_last() {
            self.blocks(before);
            self.draft.open(Kind::plain("p"));
            self.inlines(inlines);
            self.back_links(number);
            self.draft.close();
        } else {
            self.blocks(body);
            self.back_links(number);
        }
        self.draft.close();
    }

    fn back_links(&mut self, number: usize) {
        for count in 1..=self.notes.references(number) {
            back_link(&mut self.draft, number, count);
        }
    }
}

fn back_link(draft: &mut Draft, number: usize, count: usize) {
    draft.open(Kind::of("a", "footnote-back"));
    draft.set(Attr::Href, &format!("#{}", reference_id(number, count)));
    let label =
        if count == 1 { "Back to the text".to_owned() } else { format!("Back to the text, place {count}") };
    draft.set(Attr::Label, &label);
    draft.text("↩");
    if count > 1 {
        draft.leaf(Kind::plain("sup"), &count.to_string());
    }
    draft.close();
}

/// Footnotes may stand anywhere, in quotes and lists too.
fn collect_notes<'a>(blocks: &'a [Block], found: &mut Vec<(&'a str, &'a [Block])>) {
    for block in blocks {
        match block {
            Block::Footnote { label, blocks } => found.push((label, blocks)),
            _ => block.children().for_each(|blocks| collect_notes(blocks, found)),
        }
    }
}

#[cfg(test)]
mod tests {
    use lastmile_runbook::Item;

    use super::*;

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

    #[test]
    fn every_reference_has_a_place_of_its_own() {
        let mut notes = Notes::default();
        assert_eq!([notes.refer("a"), notes.refer("b"), notes.refer("A")], [(1, 1), (2, 1), (1, 2)]);
        assert_eq!((notes.references(1), notes.references(2), notes.number("never")), (2, 1, 3));
    }
}
