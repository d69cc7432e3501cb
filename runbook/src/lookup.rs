//! Finding things in a runbook by name.

use crate::{Action, Block, InputSpec, Problem, Runbook, Step, plain_text};

/// A heading, for a table of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadingRef {
    /// 1 to 6.
    pub level: u8,
    /// Anchor, unique in the file.
    pub id: String,
    /// Its text, without markup.
    pub text: String,
}

impl Runbook {
    /// The action called `name`; the first one if (wrongly) several are.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }

    /// The declared input called `name`.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<&InputSpec> {
        self.meta.inputs.iter().find(|input| input.name == name)
    }

    /// The manual step called `name`.
    #[must_use]
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// What is wrong with the action called `action`, in the order of lines.
    pub fn problems_of(&self, action: &str) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(move |problem| problem.action.as_deref() == Some(action))
    }

    /// The headings in document order, those inside quotes and lists too.
    #[must_use]
    pub fn headings(&self) -> Vec<HeadingRef> {
        let mut found = Vec::new();
        collect(&self.blocks, &mut found);
        found
    }
}

fn collect(blocks: &[Block], found: &mut Vec<HeadingRef>) {
    for block in blocks {
        match block {
            Block::Heading { level, id, inlines } => {
                found.push(HeadingRef { level: *level, id: id.clone(), text: plain_text(inlines) });
            }
            Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => collect(blocks, found),
            Block::List { items, .. } => items.iter().for_each(|item| collect(&item.blocks, found)),
            _ => {}
        }
    }
}
