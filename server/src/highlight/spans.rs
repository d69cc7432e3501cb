//! One block of code → spans, a line at a time, until a limit is reached.

use std::time::Instant;

use lastmile_protocol::Span;
use lastmile_runbook::CodeBlock;
use lastmile_runbook::console::{self, LineKind};
use syntect::parsing::{ParseState, ScopeStack};

use super::classes;
use super::languages::{Grammar, grammar};

/// A larger block stays plain, in bytes.
const MOST_BLOCK: usize = 64 * 1024;
/// A longer line stays plain, and so does what follows it: nobody knows what state it would leave.
const MOST_LINE: usize = 1_000;

/// The spans of a block; empty if its language has no grammar.
pub(super) fn of(block: &CodeBlock<'_>, until: Instant) -> Vec<Span> {
    let Some(grammar) = grammar(block.language).filter(|_| block.text.len() <= MOST_BLOCK) else {
        return Vec::new();
    };
    let mut reader = Reader::new(grammar);
    match console::session(Some(block.language), block.text) {
        // Output is no code: the commands are read as if nothing stood between them.
        Some(lines) => {
            for line in lines.iter().filter(|line| line.kind == LineKind::Command) {
                if reader.line(line.start + line.prompt.len(), line.text, until).is_none() {
                    break;
                }
            }
        }
        None => {
            let mut start = 0;
            for line in block.text.split_inclusive('\n') {
                if reader.line(start, line, until).is_none() {
                    break;
                }
                start += line.len();
            }
        }
    }
    reader.spans
}

struct Reader {
    grammar: Grammar,
    state: ParseState,
    stack: ScopeStack,
    spans: Vec<Span>,
}

impl Reader {
    fn new(grammar: Grammar) -> Self {
        let state = ParseState::new(grammar.syntax);
        Self { grammar, state, stack: ScopeStack::new(), spans: Vec::new() }
    }

    /// Reads one line that begins at byte `start` of its block; `None` if no more can be read.
    fn line(&mut self, start: usize, line: &str, until: Instant) -> Option<()> {
        if line.len() > MOST_LINE || Instant::now() >= until {
            return None;
        }
        // The grammars expect the line end.
        let whole = if line.ends_with('\n') { line.to_owned() } else { format!("{line}\n") };
        let changes = self.state.parse_line(&whole, self.grammar.set).ok()?;
        let mut at = 0;
        for (next, change) in changes {
            self.put(start, line, at, next);
            at = next;
            self.stack.apply(&change).ok()?;
        }
        self.put(start, line, at, line.len());
        Some(())
    }

    /// Notes what stands in these bytes of the line, without blanks around it.
    fn put(&mut self, start: usize, line: &str, from: usize, to: usize) {
        let Some(piece) = line.get(from..to.min(line.len())) else { return };
        let text = piece.trim();
        if text.is_empty() {
            return;
        }
        let Some(kind) = classes::kind(self.stack.as_slice()) else { return };
        let first = from + (piece.len() - piece.trim_start().len());
        // A block has at most 64 KiB.
        let place = |at: usize| u32::try_from(start + at).ok();
        let (Some(begins), Some(past)) = (place(first), place(first + text.len())) else { return };
        match self.spans.last_mut() {
            // Neighbours of one kind become one span, and so do words of one kind.
            Some(last) if last.2 == kind && is_blank(line, start, last.1, first) => last.1 = past,
            _ => self.spans.push(Span(begins, past, kind)),
        }
    }
}

/// Whether nothing but blanks stands between byte `from` of the block and byte `to` of the line, which begins at `start`.
fn is_blank(line: &str, start: usize, from: u32, to: usize) -> bool {
    let from = usize::try_from(from).ok().and_then(|from| from.checked_sub(start));
    from.and_then(|from| line.get(from..to)).is_some_and(|between| between.trim().is_empty())
}
