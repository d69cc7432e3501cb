//! What only the whole file can tell: whether names are unique, and what `after` and `on_fail` lead to.

use std::collections::{HashMap, HashSet};

use crate::{
    Action, Step,
    action::Places,
    finding::{Fault, Findings},
    keys::hint_end,
    markdown::Tree,
    names::{Unique, did_you_mean},
    position::Position,
};

/// Makes the actions' names unique; sharing one is an error of each, because `after` could mean either.
pub(crate) fn name_actions(actions: &mut [Action], places: &[Places], findings: &mut Findings) -> Unique {
    let mut names = Unique::default();
    let mut bearers: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, action) in actions.iter().enumerate() {
        bearers.entry(action.name.clone()).or_default().push(index);
    }
    for shared in bearers.values().filter(|bearers| bearers.len() > 1) {
        for &index in shared {
            let Some(action) = actions.get(index) else { continue };
            let at = place(action, places.get(index).and_then(|places| places.name));
            let message =
                format!("{} actions are called `{}`; give each its own `name`.", shared.len(), action.name);
            findings.action_error(index, Fault::new(at, "duplicate-name", message));
        }
    }
    // The first of its name keeps it, whatever number another one would get.
    let mut repeated = Vec::new();
    for (index, action) in actions.iter().enumerate() {
        if names.has(&action.name) {
            repeated.push(index);
        } else {
            names.take(&action.name);
        }
    }
    for index in repeated {
        if let Some(action) = actions.get_mut(index) {
            action.name = names.take(&action.name);
        }
    }
    names
}

fn place(action: &Action, known: Option<Position>) -> Position {
    known.unwrap_or(Position { line: action.line, column: 1 })
}

/// Checks `after`, `on_fail` and anchors.
pub(crate) fn check(
    actions: &[Action],
    places: &[Places],
    steps: &[Step],
    tree: &Tree,
    findings: &mut Findings,
) {
    let indices: HashMap<&str, usize> =
        actions.iter().enumerate().map(|(index, action)| (action.name.as_str(), index)).collect();
    let named_steps: HashSet<&str> = steps.iter().map(|step| step.name.as_str()).collect();
    let circles = in_circles(actions, &indices);
    for (index, (action, places)) in actions.iter().zip(places).enumerate() {
        for (name, at) in &places.after {
            if !indices.contains_key(name.as_str()) && !named_steps.contains(name.as_str()) {
                let all = actions.iter().map(|it| &it.name).chain(steps.iter().map(|it| &it.name));
                let all = all.map(String::as_str);
                let hint = did_you_mean(name, all);
                let message = format!("`{name}` is no action or step of this file{}", hint_end(&hint));
                findings.action_error(index, Fault::new(*at, "unknown-after", message));
            }
        }
        if let (true, Some((_, at))) = (circles.contains(&index), places.after.first()) {
            let message =
                "What this waits for waits for itself, so it could never start; break the circle of `after`.";
            findings.action_error(index, Fault::new(*at, "after-circle", message));
        }
        if let (Some(link), Some(at)) = (&action.on_fail, places.on_fail)
            && let Some(anchor) = link.strip_prefix('#')
            && !tree.anchors.has(anchor)
            && !tree.own_anchors.contains(anchor)
            && !indices.contains_key(anchor)
            && !named_steps.contains(anchor)
        {
            let message = format!("No heading, action or step of this file has the anchor `#{anchor}`.");
            findings.warning(Some(index), Fault::new(at, "broken-anchor", message));
        }
        if tree.anchors.has(&action.name) {
            let message = format!(
                "A heading has the anchor `#{}` too, so links lead there; add another `name`.",
                action.name
            );
            findings.warning(Some(index), Fault::new(place(action, places.name), "anchor-taken", message));
        }
    }
}

/// The actions that can be done only after themselves, found by taking away, again and again, those that
/// wait for nobody left.
fn in_circles(actions: &[Action], indices: &HashMap<&str, usize>) -> HashSet<usize> {
    let mut waits: Vec<usize> = vec![0; actions.len()];
    let mut releases: Vec<Vec<usize>> = vec![Vec::new(); actions.len()];
    for (index, action) in actions.iter().enumerate() {
        for &before in action.after.iter().filter_map(|name| indices.get(name.as_str())) {
            waits[index] += 1;
            releases[before].push(index);
        }
    }
    let mut free: Vec<usize> = (0..actions.len()).filter(|&index| waits[index] == 0).collect();
    while let Some(done) = free.pop() {
        for &next in &releases[done] {
            waits[next] -= 1;
            if waits[next] == 0 {
                free.push(next);
            }
        }
    }
    (0..actions.len()).filter(|&index| waits[index] > 0).collect()
}
