//! Proposes actions for the shell fences that a runbook already has.
//!
//! Pure, and only a proposal: [`Proposal`] says what would change, and somebody reads it before anything does. What
//! could run otherwise than its author meant is left out rather than guessed at.

mod declare;
mod diff;
mod fence;
mod header;
mod script;

use std::collections::{BTreeMap, HashSet};

use crate::{
    Runbook, Severity,
    lint::{CodeAt, survey},
    parse,
    position::Lines,
};
use fence::Candidate;

/// What would change in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    edits: Vec<Edit>,
    /// How many fences would become actions.
    pub actions: usize,
    /// Shell fences that would not, and why.
    pub left_out: Vec<LeftOut>,
}

/// A fence for which nothing is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Line of its opening, from 1.
    pub line: usize,
    /// Why.
    pub why: &'static str,
}

/// Lines that would be exchanged for others.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edit {
    /// First line, from 1; the new ones come before it if `removed` is 0.
    line: usize,
    removed: usize,
    added: Vec<String>,
}

impl Proposal {
    /// The file as it would be.
    #[must_use]
    pub fn apply(&self, source: &str) -> String {
        diff::apply(source, &self.edits)
    }

    /// A unified diff, for `patch -p1` and `git apply`; empty if nothing would change.
    #[must_use]
    pub fn diff(&self, source: &str, path: &str) -> String {
        diff::unified(source, &self.edits, path)
    }
}

/// Proposes an action for each shell fence of `source` that could be one.
///
/// The result parses without errors; a fence for which that can't be had is left out.
#[must_use]
pub fn propose(source: &str) -> Proposal {
    if source.starts_with('\u{FEFF}') || source.replace("\r\n", "").contains('\r') {
        return Proposal::default();
    }
    let runbook = parse(source);
    let lines = Lines::new(source);
    let survey = survey(source, &lines);
    let declarations = declare::Place::of(&lines, survey.body_line);
    let (mut candidates, mut left_out) = (Vec::new(), Vec::new());
    for code in &survey.codes {
        match fence::candidate(code, &runbook, &lines, declarations.is_some()) {
            Ok(Some(candidate)) => candidates.push(candidate),
            Ok(None) => {}
            Err(why) => left_out.push(LeftOut { line: code.at.line, why }),
        }
    }
    // What the parser refuses all the same goes: once is enough, because actions do not depend on each other.
    loop {
        let (edits, places) = edits(&candidates, &runbook, declarations.as_ref(), &lines);
        let refused = refused(&diff::apply(source, &edits), &runbook);
        if refused.is_empty() || candidates.is_empty() {
            left_out.sort_by_key(|it| it.line);
            return Proposal { edits, actions: candidates.len(), left_out };
        }
        let before = candidates.len();
        let mut index = 0;
        candidates.retain(|candidate| {
            let stays = !places.get(index).is_some_and(|name| refused.contains(name));
            index += 1;
            if !stays {
                left_out.push(LeftOut { line: candidate.line, why: "the parser would refuse it" });
            }
            stays
        });
        if candidates.len() == before {
            candidates.clear();
        }
    }
}

impl Edit {
    /// Without the lines at its end that stay as they are, so that a diff shows what changes.
    fn trimmed(mut self, lines: &Lines<'_>) -> Self {
        while self.removed > 0
            && self.added.last().is_some_and(|last| last == lines.text(self.line + self.removed - 1))
        {
            self.added.pop();
            self.removed -= 1;
        }
        self
    }
}

/// All edits in the order of lines, and the names of the proposed actions.
fn edits(
    candidates: &[Candidate],
    runbook: &Runbook,
    place: Option<&declare::Place>,
    lines: &Lines<'_>,
) -> (Vec<Edit>, Vec<String>) {
    let mut labels = header::Labels::new(runbook.anchors().into_iter().map(str::to_owned).collect());
    let mut inputs = BTreeMap::new();
    let (mut edits, mut names) = (Vec::new(), Vec::new());
    for candidate in candidates {
        let (label, name) = labels.label(&candidate.words);
        edits.push(candidate.edit(&label).trimmed(lines));
        names.push(name);
        inputs.extend(candidate.inputs.iter().map(|input| (input.name.clone(), input.written.clone())));
    }
    inputs.retain(|name, _| runbook.input(name).is_none());
    if let (Some(place), false) = (place, inputs.is_empty()) {
        edits.insert(0, place.edit(&inputs));
    }
    (edits, names)
}

/// Names of actions with an error that the file did not have before; the empty name for an error of no action.
fn refused(text: &str, before: &Runbook) -> HashSet<String> {
    let had: HashSet<(&str, &str)> =
        before.problems.iter().map(|it| (it.code.as_str(), it.message.as_str())).collect();
    let after = parse(text);
    let new = after.problems.iter().filter(|it| {
        it.severity == Severity::Error && !had.contains(&(it.code.as_str(), it.message.as_str()))
    });
    new.map(|problem| problem.action.clone().unwrap_or_default()).collect()
}

/// The fence's content as lines of the file, if the file has it as it is.
fn prefix<'a>(code: &CodeAt, lines: &Lines<'a>) -> Option<&'a str> {
    let (index, first) = code.text.lines().enumerate().find(|(_, line)| !line.trim().is_empty())?;
    lines.text(code.at.line + 1 + index).strip_suffix(first)
}
