//! The colours of a page's code, once they are there. Found in context; without them code stays plain.

use std::collections::HashMap;
use std::sync::Arc;

use lastmile_protocol::{Highlights, Span};
use lastmile_runbook::Runbook;
use leptos::prelude::*;

/// Spans by language and text of a block: two blocks that are the same look the same.
type ByBlock = HashMap<(String, String), Vec<Span>>;

/// What a page's code blocks and scripts look like.
#[derive(Clone, Copy)]
pub struct CodeColours(RwSignal<Option<Arc<ByBlock>>>);

impl CodeColours {
    /// Makes them in the current owner, and provides them as context.
    pub fn provide() -> Self {
        let colours = Self(RwSignal::new(None));
        provide_context(colours);
        colours
    }

    /// The colours of `runbook`, as the server has found them.
    pub fn take(self, runbook: &Runbook, highlights: Highlights) {
        let blocks = runbook.code_blocks().into_iter().zip(highlights.blocks);
        let coloured = blocks.filter(|(_, spans)| !spans.is_empty());
        let by_block = coloured
            .map(|(block, spans)| ((block.language.to_owned(), block.text.to_owned()), spans))
            .collect();
        // The page may be gone by now.
        self.0.try_set(Some(Arc::new(by_block)));
    }

    /// The spans of a block, or none yet. Tracked.
    #[must_use]
    pub fn of(self, language: &str, text: &str) -> Vec<Span> {
        let key = (language.to_owned(), text.to_owned());
        let of = |known: &Option<Arc<ByBlock>>| known.as_ref().and_then(|known| known.get(&key).cloned());
        // What is scheduled before a page is left may run after it.
        self.0.try_with(of).flatten().unwrap_or_default()
    }

    /// Whether they are there, for whoever asks for them.
    #[must_use]
    pub fn are_known_untracked(self) -> bool {
        self.0.try_with_untracked(Option::is_some).unwrap_or_default()
    }

    /// Whether they are there. Tracked.
    #[must_use]
    pub fn are_known(self) -> bool {
        self.0.try_with(Option::is_some).unwrap_or_default()
    }
}
