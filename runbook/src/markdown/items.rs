//! List items, those with a box among them.

use super::Builder;
use crate::{Block, Item, Task, open::Frame, plain_text, steps};

impl Builder<'_> {
    pub(super) fn task(&mut self, checked: bool, offset: usize) {
        let step = self.tree.items.len();
        let line = self.lines.line(offset);
        let item = self.stack.iter_mut().rev().find_map(|open| match &mut open.frame {
            Frame::Item(task) => Some(task),
            _ => None,
        });
        if let Some(task @ None) = item {
            *task = Some(Task { checked, step });
            self.tree.items.push(steps::Item { line, ..steps::Item::default() });
        }
    }

    pub(super) fn item(&mut self, task: Option<Task>, blocks: Vec<Block>) {
        if let Some(step) = task.as_ref().and_then(|task| self.tree.items.get_mut(task.step)) {
            let text = blocks.iter().find_map(|block| match block {
                Block::Plain(inlines) | Block::Paragraph(inlines) => Some(plain_text(inlines)),
                _ => None,
            });
            step.text = text.unwrap_or_default().trim().to_owned();
        }
        if let Some(Frame::List { items, .. }) = self.top() {
            items.push(Item { task, blocks });
        }
    }
}
