//! Code blocks, and which of them are actions.

use std::ops::Range;

use super::Builder;
use crate::{
    Block,
    action::Fence,
    fence,
    header::{self, Found},
    info, languages,
};

impl Builder<'_> {
    pub(super) fn code(&mut self, info: Option<&str>, text: String, range: Range<usize>) {
        let Some(info) = info else {
            return self.block(Block::Code { language: None, text });
        };
        let opening = fence::opening(self.source, &range, text.lines().count(), self.lines);
        let language = info::language(info);
        let at = self.lines.position(range.start);
        let lines = (at.line, self.lines.line(range.end.saturating_sub(1).max(range.start)));
        match header::read(&text, at.line, &language, self.lines) {
            Found::Action(header) => {
                self.tree.quiet.push(lines);
                self.block(Block::Action(self.tree.fences.len()));
                self.tree.fences.push(Fence {
                    at,
                    runme_name: info::runme_name(opening.info),
                    language,
                    script: text,
                    header,
                    closed: opening.closed,
                    nul: self.source.get(range).is_some_and(|raw| raw.contains('\0')),
                });
            }
            Found::Other(slip) => {
                if languages::is_prose(&language) {
                    self.tree.quiet.push(lines);
                } else if let Some(slip) = slip {
                    self.findings.warning(None, slip);
                }
                self.block(Block::Code { language: Some(language).filter(|name| !name.is_empty()), text });
            }
        }
    }
}
