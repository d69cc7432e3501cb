//! The newest results, as many as fit into a fixed number of spans.

use std::collections::VecDeque;
use std::sync::Arc;

use lastmile_protocol::{Digest, Highlights};

/// Spans that are kept in all: 12 bytes each.
const MOST_SPANS: usize = 1_000_000;
/// Results that are kept, however small.
const MOST_RESULTS: usize = 500;

/// Results by revision; the one used last stands last.
#[derive(Debug, Default)]
pub(super) struct Recent {
    kept: VecDeque<(Digest, Arc<Highlights>)>,
    spans: usize,
}

impl Recent {
    pub(super) fn get(&mut self, revision: &Digest) -> Option<Arc<Highlights>> {
        let at = self.kept.iter().position(|(known, _)| known == revision)?;
        let found = self.kept.remove(at)?;
        let highlights = Arc::clone(&found.1);
        self.kept.push_back(found);
        Some(highlights)
    }

    pub(super) fn put(&mut self, revision: Digest, highlights: Arc<Highlights>) {
        // Two may have asked at once.
        if self.get(&revision).is_some() {
            return;
        }
        self.spans += size(&highlights);
        self.kept.push_back((revision, highlights));
        while self.spans > MOST_SPANS || self.kept.len() > MOST_RESULTS {
            let Some((_, gone)) = self.kept.pop_front() else { return };
            self.spans -= size(&gone);
        }
    }
}

fn size(highlights: &Highlights) -> usize {
    highlights.blocks.iter().map(Vec::len).sum()
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::{Span, TokenKind};

    use super::*;

    fn with(spans: usize) -> Arc<Highlights> {
        Arc::new(Highlights { blocks: vec![vec![Span(0, 1, TokenKind::Comment); spans]] })
    }

    #[test]
    fn the_one_that_was_not_used_for_longest_goes_first() {
        let mut recent = Recent::default();
        for name in ["a", "b"] {
            recent.put(Digest::from(name), with(MOST_SPANS / 2));
        }
        assert!(recent.get(&Digest::from("a")).is_some());
        recent.put(Digest::from("c"), with(1));
        assert!(recent.get(&Digest::from("b")).is_none());
        assert!(recent.get(&Digest::from("a")).is_some());
    }

    #[test]
    fn however_many_come_the_memory_is_bounded() {
        let mut recent = Recent::default();
        for number in 0..MOST_RESULTS * 2 {
            recent.put(Digest(number.to_string()), with(1));
        }
        assert_eq!((recent.kept.len(), recent.spans), (MOST_RESULTS, MOST_RESULTS));
        recent.put(Digest::from("too large"), with(MOST_SPANS + 1));
        assert_eq!((recent.kept.len(), recent.spans), (0, 0));
    }
}
