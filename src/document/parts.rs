//! A text's parts, from one heading to another: the browser lays out only those that are near the window.

use lastmile_runbook::Block;

use super::build::Builder;
use super::draft::Kind;

/// Headings of this level and above begin a part.
const DEEPEST: u8 = 3;

/// A part goes on over headings until it has so many blocks: each has its price, and one of a few lines saves nothing.
const LEAST_BLOCKS: usize = 12;

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
        let mut may_end = rest.iter().take(MOST_BLOCKS).skip(LEAST_BLOCKS);
        let next = may_end.position(begins).map(|at| at + LEAST_BLOCKS);
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

    /// A heading and `texts` blocks below it.
    fn section(level: u8, texts: usize) -> Vec<Block> {
        [vec![heading(level)], vec![Block::Rule; texts]].concat()
    }

    #[test]
    fn a_part_goes_from_one_heading_to_another() {
        let text = [section(2, LEAST_BLOCKS), section(4, 1), section(3, 1)].concat();
        assert_eq!(lengths(&text), [LEAST_BLOCKS + 3, 2]);
        assert!(lengths(&[]).is_empty());
    }

    #[test]
    fn short_sections_are_a_part_together() {
        let short = vec![section(2, 2); 7].concat();
        assert_eq!(lengths(&short), [LEAST_BLOCKS, 21 - LEAST_BLOCKS]);
    }

    #[test]
    fn a_text_without_headings_has_parts_too() {
        assert_eq!(lengths(&vec![Block::Rule; 2 * MOST_BLOCKS + 1]), [MOST_BLOCKS, MOST_BLOCKS, 1]);
    }
}
