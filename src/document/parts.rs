//! A text's parts, from one heading to the next: the browser lays out only those that are near the window.

use lastmile_runbook::Block;

use super::build::Builder;
use super::draft::Kind;

/// Headings of this level and above begin a part.
const DEEPEST: u8 = 3;

/// So many blocks without a heading are a part as well: a long list of paragraphs is no better for having none.
const MOST_BLOCKS: usize = 40;

impl Builder<'_> {
    /// Appends the blocks, part by part.
    pub(super) fn parts(&mut self, blocks: &[Block]) {
        for blocks in parts(blocks) {
            let begun = self.draft.open(Kind::of("div", class(blocks, false)));
            let lives = self.places.living();
            self.blocks(blocks);
            if self.places.living() > lives {
                self.draft.turn(begun, Kind::of("div", class(blocks, true)));
            }
            self.part_is_built();
            self.draft.close_unless_empty(begun);
        }
    }
}

/// A part's class. One that begins with a heading brings its own distance; cards and boxes take what room they need at
/// any time, also beyond their part's edge.
fn class(blocks: &[Block], lives: bool) -> &'static str {
    match (blocks.first().is_some_and(begins), lives) {
        (false, false) => "part",
        (false, true) => "part part--lives",
        (true, false) => "part part--headed",
        (true, true) => "part part--headed part--lives",
    }
}

fn parts(blocks: &[Block]) -> Vec<&[Block]> {
    let mut parts = Vec::new();
    let mut rest = blocks;
    while !rest.is_empty() {
        let next = rest.iter().skip(1).take(MOST_BLOCKS - 1).position(begins).map(|at| at + 1);
        let (part, after) = rest.split_at(next.unwrap_or(MOST_BLOCKS.min(rest.len())));
        parts.push(part);
        rest = after;
    }
    parts
}

fn begins(block: &Block) -> bool {
    matches!(block, Block::Heading { level, .. } if *level <= DEEPEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(level: u8) -> Block {
        Block::Heading { level, id: String::new(), inlines: Vec::new() }
    }

    fn lengths(blocks: &[Block]) -> Vec<usize> {
        let parts = parts(blocks);
        assert_eq!(parts.concat(), blocks, "nothing is lost, and nothing moves");
        parts.into_iter().map(<[Block]>::len).collect()
    }

    #[test]
    fn a_part_goes_from_one_heading_to_the_next() {
        let text = || Block::Rule;
        assert_eq!(lengths(&[text(), heading(2), text(), heading(4), text(), heading(3)]), [1, 4, 1]);
        assert_eq!(lengths(&[heading(2), heading(3), text()]), [1, 2]);
        assert!(lengths(&[]).is_empty());
    }

    #[test]
    fn a_text_without_headings_has_parts_too() {
        assert_eq!(lengths(&vec![Block::Rule; 2 * MOST_BLOCKS + 1]), [MOST_BLOCKS, MOST_BLOCKS, 1]);
    }
}
