//! What holds for any file. The fuzz target and the property tests call the same function.

use std::collections::{BTreeMap, HashSet};

use lastmile_runbook::{Block, Runbook, Severity, destination, parse, value};

/// Reads `bytes` as a runbook, asks it everything, and panics where something does not hold.
pub(crate) fn check(bytes: &[u8]) {
    let file = String::from_utf8_lossy(bytes);
    let runbook = parse(&file);
    places(&file, &runbook);
    names(&runbook);
    answers(&runbook);
    assert_eq!(runbook, parse(&file), "reading is pure");
}

/// Every problem stands in the file, and an action is disabled exactly if it has an error.
fn places(file: &str, runbook: &Runbook) {
    let file = file.strip_prefix('\u{FEFF}').unwrap_or(file);
    let lines: Vec<_> =
        file.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r')).collect();
    for problem in &runbook.problems {
        let line = problem.line.checked_sub(1).and_then(|at| lines.get(at));
        let width = line.map(|line| line.chars().count());
        assert!(
            width.is_some_and(|width| (1..=width + 1).contains(&problem.column)),
            "{problem:?} is not in the file"
        );
    }
    for action in &runbook.actions {
        let error = runbook.problems_of(&action.name).any(|problem| problem.severity == Severity::Error);
        assert!(action.disabled || !error, "{} has an error and is enabled", action.name);
        assert!((1..=lines.len()).contains(&action.line));
    }
    assert!(runbook.steps.iter().all(|step| (1..=lines.len()).contains(&step.line)));
}

/// Names and ids are unique, and each action and each step stands in the text once.
fn names(runbook: &Runbook) {
    let names = runbook.actions.iter().map(|it| &it.name).chain(runbook.steps.iter().map(|it| &it.name));
    let mut seen = HashSet::new();
    assert!(names.clone().all(|name| !name.is_empty() && seen.insert(name)), "a name is given twice");
    let headings = runbook.headings();
    let ids: HashSet<_> = headings.iter().map(|heading| &heading.id).collect();
    assert_eq!(ids.len(), headings.len(), "an anchor is given twice");
    let (mut actions, mut steps) = (Vec::new(), Vec::new());
    placed(&runbook.blocks, &mut actions, &mut steps);
    assert!(actions.into_iter().eq(0..runbook.actions.len()), "actions stand in order, each once");
    steps.sort_unstable();
    assert!(steps.into_iter().eq(0..runbook.steps.len()), "each step stands in the text once");
}

fn placed(blocks: &[Block], actions: &mut Vec<usize>, steps: &mut Vec<usize>) {
    for block in blocks {
        match block {
            Block::Action(index) => actions.push(*index),
            Block::List { items, .. } => {
                steps.extend(items.iter().filter_map(|item| item.task.as_ref()).map(|task| task.step));
            }
            _ => {}
        }
        block.children().for_each(|blocks| placed(blocks, actions, steps));
    }
}

/// All that can be asked of a runbook has an answer.
fn answers(runbook: &Runbook) {
    for action in &runbook.actions {
        let values = value::check_all(runbook, action, &BTreeMap::new()).unwrap_or_default();
        assert_eq!(action.digest(runbook).len(), 64);
        assert!(action.target_names(runbook).len() <= 1_000);
        assert!(action.target.is_some() || action.resolve_target(&values) == "local");
        assert_eq!(action.retype_value(&values).is_some(), action.retype.is_some());
        assert!(action.approvals(&values, "prod").len() <= action.approve.len());
    }
    let anchors = runbook.anchors().len();
    assert!(
        anchors
            <= runbook.headings().len() + runbook.actions.len() + runbook.steps.len() + own_anchors(runbook)
    );
    for href in runbook.links().into_iter().chain(runbook.images()) {
        let _ = destination("a/b", href);
        assert!(!href.chars().any(char::is_control), "{href:?} may hide its scheme");
    }
}

/// A generous bound: an author's anchor is an attribute of an element in the tree.
fn own_anchors(runbook: &Runbook) -> usize {
    format!("{:?}", runbook.blocks).matches("Id(").count()
}
