//! Manual steps: task-list items, and the comments that name them.

use crate::{
    Step,
    finding::{Fault, Findings},
    keys,
    names::{Unique, is_name, slug},
    position::Position,
    yaml::{self, Origin},
};

const KEYS: [&str; 3] = ["name", "team", "toil"];

/// A task-list item as the markdown has it.
#[derive(Default)]
pub(crate) struct Item {
    pub(crate) text: String,
    pub(crate) line: usize,
    /// What stands behind `step:` in its comment, and where.
    pub(crate) comment: Option<(String, Position)>,
}

/// What stands behind `step:` in a comment; `None` for other comments. The number is the offset of it.
pub(crate) fn comment(text: &str) -> Option<(&str, usize)> {
    let rest = text.trim_start().strip_prefix("step")?.trim_start().strip_prefix(':')?;
    Some((rest, text.len() - rest.len()))
}

/// Names the steps. The names of actions are taken already.
pub(crate) fn read(items: Vec<Item>, names: &mut Unique, findings: &mut Findings) -> Vec<Step> {
    let mut steps = Vec::with_capacity(items.len());
    let mut places = Vec::with_capacity(items.len());
    for item in items {
        let mut step = Step { name: String::new(), text: item.text, team: None, toil: None, line: item.line };
        let mut place = None;
        if let Some((text, at)) = item.comment {
            fields(&text, at, &mut step, &mut place, findings);
        }
        places.push(place);
        steps.push(step);
    }
    // Given names first: a text's slug must not take one away.
    for (step, place) in steps.iter_mut().zip(&places) {
        if let Some(at) = place {
            if names.has(&step.name) {
                let message =
                    format!("`{}` names an action or another step too; choose another name.", step.name);
                findings.error(Fault::new(*at, "duplicate-name", message));
            }
            step.name = names.take(&step.name);
        }
    }
    for (step, _) in steps.iter_mut().zip(&places).filter(|(_, place)| place.is_none()) {
        let slug: String = slug(&step.text).chars().take(80).collect();
        step.name = names.take(if is_name(&slug) { &slug } else { "step" });
    }
    steps
}

fn fields(text: &str, at: Position, step: &mut Step, place: &mut Option<Position>, findings: &mut Findings) {
    let origin = Origin { first_line: at.line, columns: vec![at.column - 1] };
    let mut repeated = Vec::new();
    let node = yaml::read(text, &origin, &mut repeated);
    repeated.into_iter().for_each(|fault| findings.error(fault));
    let node = match node {
        Ok(node) if !node.entries().is_empty() => node,
        Ok(node) => {
            let message = "A step's comment is a mapping: `<!-- step: {name: x, team: y, toil: 10m} -->`.";
            return findings.error(Fault::new(node.at, "bad-value", message));
        }
        Err(fault) => return findings.error(fault),
    };
    for entry in node.entries() {
        let read = match entry.key.as_str() {
            "name" => keys::line(&entry.node).and_then(|name| {
                if !is_name(&name) {
                    let message = format!("`{name}` can't be a name; use letters, digits, `-`, `_` and `.`.");
                    return Err(Fault::new(entry.node.at, "bad-name", message));
                }
                step.name = name;
                *place = Some(entry.node.at);
                Ok(())
            }),
            "team" => keys::line(&entry.node).map(|team| step.team = Some(team)),
            "toil" => keys::seconds(&entry.node).map(|toil| step.toil = Some(toil)),
            unknown => Err(keys::unknown(entry.at, unknown, "a step", &KEYS)),
        };
        if let Err(fault) = read {
            findings.error(fault);
        }
    }
}
