//! Problems while they are being collected.
//!
//! Inside the parser a problem points at an action by its index, because an action's final name is known
//! only once the whole file has been read.

use crate::{
    Action, Problem, Severity,
    position::{Lines, Position},
};

/// Why one piece could not be read: reported by whoever knows what it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) at: Position,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(at: Position, code: &'static str, message: impl Into<String>) -> Self {
        Self { at, code, message: message.into() }
    }
}

struct Finding {
    severity: Severity,
    fault: Fault,
    action: Option<usize>,
}

/// Everything found wrong so far.
#[derive(Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    /// An error of the file that belongs to no action.
    pub(crate) fn error(&mut self, fault: Fault) {
        self.0.push(Finding { severity: Severity::Error, fault, action: None });
    }

    /// An error of the action with this index: it will be disabled.
    pub(crate) fn action_error(&mut self, action: usize, fault: Fault) {
        self.0.push(Finding { severity: Severity::Error, fault, action: Some(action) });
    }

    /// Something worth a look.
    pub(crate) fn warning(&mut self, action: Option<usize>, fault: Fault) {
        self.0.push(Finding { severity: Severity::Warning, fault, action });
    }

    /// Disables the actions that have errors and gives the problems in the order of the file, each at a place in it.
    pub(crate) fn settle(self, actions: &mut [Action], lines: &Lines<'_>) -> Vec<Problem> {
        let mut problems: Vec<Problem> = Vec::with_capacity(self.0.len());
        for Finding { severity, fault, action } in self.0 {
            let action = action.and_then(|index| actions.get_mut(index));
            let name = action.map(|action| {
                action.disabled |= severity == Severity::Error;
                action.name.clone()
            });
            let at = lines.nearest(fault.at);
            problems.push(Problem {
                severity,
                code: fault.code.to_owned(),
                message: fault.message,
                line: at.line,
                column: at.column,
                action: name,
            });
        }
        problems.sort_by_key(|problem| (problem.line, problem.column));
        problems
    }
}
