//! The YAML between the `---` lines at the top of a file.
//!
//! Known fields are read, others (Hugo's, Runme's, MoJ's, GOV.UK's) are tolerated.

mod toml;

use crate::{
    FrontMatter,
    declared::Declared,
    finding::{Fault, Findings},
    inputs, keys,
    names::nearest,
    position::{Lines, Position},
    yaml::{self, Node, Origin, Value},
};

/// The fields that are read, for near misses.
pub(crate) const FIELDS: [&str; 10] = [
    "title",
    "service",
    "description",
    "owner",
    "owner_slack",
    "tags",
    "alerts",
    "last_reviewed_on",
    "review_in",
    "inputs",
];

/// What the top of the file says, and where the text begins.
#[derive(Default)]
pub(crate) struct Front {
    pub(crate) meta: FrontMatter,
    pub(crate) declared: Declared,
    /// First line of the text, from 1.
    pub(crate) body_line: usize,
}

/// Reads the front matter, if there is any.
pub(crate) fn read(lines: &Lines<'_>, findings: &mut Findings) -> Front {
    let mut front = Front { body_line: 1, ..Front::default() };
    let Some(end) = closing_line(lines) else { return front };
    front.body_line = end + 1;
    if lines.text(1).trim_end() == "+++" {
        toml::read((2..end).map(|line| lines.text(line)), &mut front.meta);
        return front;
    }
    let text: String = (2..end).flat_map(|line| [lines.text(line), "\n"]).collect();
    let mut repeated = Vec::new();
    match yaml::read(&text, &Origin { first_line: 2, columns: Vec::new() }, &mut repeated) {
        Ok(node) => fields(&node, &mut front, findings),
        Err(fault) => {
            front.declared.unreadable = true;
            findings.error(fault);
        }
    }
    // Of two declarations one was left out, and nobody knows which one was meant.
    front.declared.unreadable |= any_about_inputs(&repeated, lines, end);
    repeated.into_iter().for_each(|fault| findings.error(fault));
    front.meta.inputs.clone_from(&front.declared.specs);
    front
}

/// The line that closes the front matter, if the file begins with one. A file may also begin with a rule:
/// then what follows is no `key:`.
fn closing_line(lines: &Lines<'_>) -> Option<usize> {
    let fence = lines.text(1).trim_end();
    if fence != "---" && fence != "+++" {
        return None;
    }
    let closes = |line: usize| {
        let text = lines.text(line).trim_end();
        text == fence || (fence == "---" && text == "...")
    };
    let end = (2..=lines.count()).find(|&line| closes(line))?;
    let first = (2..end).map(|line| lines.text(line).trim_end()).find(|text| !text.is_empty());
    let is_data = first.is_none_or(|text| {
        let key = text.split_once([':', '=']).map_or("", |(key, _)| key.trim());
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'' | ' ');
        text.starts_with(['#', '{', '[']) || (!key.is_empty() && key.chars().all(word))
    });
    is_data.then_some(end)
}

/// Whether one of these stands at the field `inputs` or below it.
fn any_about_inputs(faults: &[Fault], lines: &Lines<'_>, end: usize) -> bool {
    let mut about_inputs = false;
    let mut places = faults.iter().map(|fault| fault.at.line).collect::<Vec<_>>();
    places.sort_unstable();
    let mut places = places.into_iter().peekable();
    for line in 2..end {
        let text = lines.text(line);
        if text.starts_with(|c: char| !c.is_whitespace()) {
            about_inputs = text.trim_start_matches(['"', '\'']).starts_with("inputs");
        }
        while places.next_if_eq(&line).is_some() {
            if about_inputs {
                return true;
            }
        }
    }
    false
}

fn fields(node: &Node, front: &mut Front, findings: &mut Findings) {
    if matches!(node.value, Value::Scalar { .. } | Value::Sequence(_)) {
        findings.error(Fault::new(node.at, "front-matter", "Front matter must be `key: value` lines."));
        front.declared.unreadable = true;
    }
    let meta = &mut front.meta;
    for entry in node.entries() {
        match entry.key.as_str() {
            "title" => meta.title = one(&entry.node, findings),
            "service" => meta.service = one(&entry.node, findings),
            "description" => meta.description = one(&entry.node, findings),
            "owner" => meta.owner = one(&entry.node, findings).or(meta.owner.take()),
            "owner_slack" => meta.owner = meta.owner.take().or_else(|| one(&entry.node, findings)),
            "tags" => meta.tags = many(&entry.node, findings),
            "alerts" => meta.alerts = many(&entry.node, findings),
            "last_reviewed_on" => meta.last_reviewed_on = one(&entry.node, findings),
            "review_in" => meta.review_in = one(&entry.node, findings),
            "inputs" => front.declared = inputs::read(&entry.node, findings),
            other => near_miss(other, entry.at, findings),
        }
    }
}

/// Unknown fields are other tools' business; only one that is a slip of ours is worth a word.
fn near_miss(field: &str, at: Position, findings: &mut Findings) {
    if let Some(near) = nearest(field, FIELDS.into_iter().filter(|known| known.len() > 4)) {
        let message = format!("`{field}` is not read; did you mean `{near}`?");
        findings.warning(None, Fault::new(at, "unknown-key", message));
    }
}

fn one(node: &Node, findings: &mut Findings) -> Option<String> {
    if node.value == Value::Null {
        return None;
    }
    keys::text(node).map_err(|fault| findings.warning(None, fault)).ok()
}

/// A list, or one text with commas.
fn many(node: &Node, findings: &mut Findings) -> Vec<String> {
    match &node.value {
        Value::Null => Vec::new(),
        Value::Sequence(nodes) => nodes.iter().filter_map(|node| one(node, findings)).collect(),
        _ => {
            let text = one(node, findings).unwrap_or_default();
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
        }
    }
}
