//! The code of a runbook, in one order for everybody: the server colours it, the app finds its own blocks again.

use crate::{Block, Runbook};

/// A fence, or an indented block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeBlock<'a> {
    /// First word of the info string, lower case; empty where there is none.
    pub language: &'a str,
    /// The code, or an action's script.
    pub text: &'a str,
}

impl Runbook {
    /// Every code block and every action's script, in the order of the text.
    #[must_use]
    pub fn code_blocks(&self) -> Vec<CodeBlock<'_>> {
        let mut found = Vec::new();
        self.collect(&self.blocks, &mut found);
        found
    }

    fn collect<'a>(&'a self, blocks: &'a [Block], found: &mut Vec<CodeBlock<'a>>) {
        for block in blocks {
            match block {
                Block::Code { language, text } => {
                    found.push(CodeBlock { language: language.as_deref().unwrap_or_default(), text });
                }
                Block::Action(index) => {
                    let action = self.actions.get(*index);
                    found.extend(action.map(|it| CodeBlock { language: &it.language, text: &it.script }));
                }
                _ => block.children().for_each(|blocks| self.collect(blocks, found)),
            }
        }
    }
}
