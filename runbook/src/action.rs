//! A header's keys to an [`Action`].

use crate::{
    Action, Concurrency, Kind, approve,
    declared::Declared,
    finding::{Fault, Findings},
    header::Header,
    keys,
    names::{is_name, slug},
    position::Position,
    taken, target,
    yaml::{Entry, Node, Value},
};

/// Every key of a header.
pub(crate) const KEYS: [&str; 20] = [
    "action",
    "name",
    "kind",
    "inputs",
    "target",
    "after",
    "approve",
    "danger",
    "retype",
    "on_fail",
    "timeout",
    "grace",
    "toil",
    "output",
    "processes",
    "memory",
    "concurrency",
    "workdir",
    "tty",
    "leaves_running",
];

/// A fence that carries `action`, before its keys are read.
pub(crate) struct Fence {
    /// Line of the opening, from 1.
    pub(crate) at: Position,
    pub(crate) language: String,
    pub(crate) script: String,
    /// The name in Runme's attributes.
    pub(crate) runme_name: Option<String>,
    pub(crate) header: Header,
    pub(crate) closed: bool,
    /// Whether the file has a NUL in the fence.
    pub(crate) nul: bool,
}

/// What later steps need to know of an action besides itself: where its parts stand.
#[derive(Default)]
pub(crate) struct Places {
    /// Each entry of `after`, with its place.
    pub(crate) after: Vec<(String, Position)>,
    pub(crate) on_fail: Option<Position>,
    pub(crate) name: Option<Position>,
}

/// An action in which nothing is set.
pub(crate) fn blank() -> Action {
    Action {
        name: String::new(),
        label: String::new(),
        kind: Kind::Change,
        language: String::new(),
        script: String::new(),
        line: 0,
        target: None,
        inputs: Vec::new(),
        after: Vec::new(),
        approve: Vec::new(),
        danger: None,
        retype: None,
        on_fail: None,
        timeout: None,
        grace: None,
        toil: None,
        output: None,
        processes: None,
        memory: None,
        concurrency: None,
        workdir: None,
        tty: false,
        leaves_running: false,
        disabled: false,
    }
}

/// Reads a fence's keys; what is wrong is reported for the action with this `index`.
pub(crate) fn read(
    fence: Fence,
    index: usize,
    declared: &Declared,
    findings: &mut Findings,
) -> (Action, Places) {
    let mut action =
        Action { line: fence.at.line, language: fence.language, script: fence.script, ..blank() };
    let mut places = Places::default();
    let mut faults = fence.header.faults;
    if !fence.closed {
        let message =
            "This fence is never closed, so its script has no sure end; close it with the same signs.";
        faults.push(Fault::new(fence.at, "unclosed-fence", message));
    }
    if fence.nul {
        faults.push(Fault::new(fence.at, "nul-in-script", "The script has a NUL character; remove it."));
    }
    if declared.unreadable {
        let message = "The front matter's inputs can't be read, so nobody knows what this takes; mend them.";
        faults.push(Fault::new(fence.at, "front-matter", message));
    }
    let mut listed = None;
    match fence.header.node {
        Ok(node) => {
            for entry in node.entries() {
                let mut reading =
                    Reading { action: &mut action, places: &mut places, declared, listed: &mut listed };
                faults.extend(reading.key(entry).err());
            }
        }
        Err(fault) => {
            action.label = fence.header.label.unwrap_or_default();
            faults.push(fault);
        }
    }
    if action.label.is_empty() {
        action.label = "Action without a label".to_owned();
    }
    if action.name.is_empty() {
        action.name = fence.runme_name.unwrap_or_else(|| slug(&action.label));
    }
    if !is_name(&action.name) {
        let message = "No name can be made of this label; add `name:` with letters, digits and dashes.";
        faults.push(Fault::new(fence.at, "bad-name", message));
        action.name = format!("action-{}", index + 1);
    }
    let body = taken::body(&action.script, fence.header.lines);
    let (inputs, missing) = taken::read(&action, body, listed.as_deref(), declared, fence.at);
    action.inputs = inputs;
    faults.extend(missing);
    faults.into_iter().for_each(|fault| findings.action_error(index, fault));
    (action, places)
}

struct Reading<'a> {
    action: &'a mut Action,
    places: &'a mut Places,
    declared: &'a Declared,
    /// The names under `inputs`, if the header has it.
    listed: &'a mut Option<Vec<String>>,
}

impl Reading<'_> {
    fn key(&mut self, entry: &Entry) -> Result<(), Fault> {
        let (action, node) = (&mut *self.action, &entry.node);
        match entry.key.as_str() {
            "action" => action.label = keys::line(node)?,
            "name" => {
                self.places.name = Some(node.at);
                action.name = name(node)?;
            }
            "kind" => action.kind = keys::word(node, &[("change", Kind::Change), ("check", Kind::Check)])?,
            "inputs" => self.inputs(node)?,
            "target" => action.target = Some(target::read(node, self.declared)?),
            "after" => {
                self.places.after = keys::list(node)?;
                action.after = self.places.after.iter().map(|(name, _)| name.clone()).collect();
            }
            "approve" => action.approve = approve::read(node, self.declared)?,
            "danger" => action.danger = Some(keys::text(node)?),
            "retype" => action.retype = Some(target::read_retype(node, self.declared)?),
            "on_fail" => {
                self.places.on_fail = Some(node.at);
                action.on_fail = Some(on_fail(node)?);
            }
            _ => return self.limit(entry),
        }
        Ok(())
    }

    fn limit(&mut self, entry: &Entry) -> Result<(), Fault> {
        let (action, node) = (&mut *self.action, &entry.node);
        match entry.key.as_str() {
            "timeout" => action.timeout = Some(keys::seconds(node)?),
            "grace" => action.grace = Some(keys::seconds(node)?),
            "toil" => action.toil = Some(keys::seconds(node)?),
            "output" => action.output = Some(keys::bytes(node)?),
            "processes" => action.processes = Some(keys::count(node)?),
            "memory" => action.memory = Some(keys::bytes(node)?),
            "concurrency" => action.concurrency = Some(keys::word(node, &CONCURRENCY)?),
            "workdir" => action.workdir = Some(keys::line(node)?),
            "tty" => action.tty = keys::boolean(node)?,
            "leaves_running" => action.leaves_running = keys::boolean(node)?,
            unknown => return Err(keys::unknown(entry.at, unknown, "an action", &KEYS)),
        }
        Ok(())
    }

    fn inputs(&mut self, node: &Node) -> Result<(), Fault> {
        // `inputs: []` says: none, whatever the script names.
        let names = match &node.value {
            Value::Sequence(nodes) if nodes.is_empty() => Vec::new(),
            _ => keys::list(node)?,
        };
        for (name, at) in &names {
            self.declared.find(name, *at)?;
        }
        *self.listed = Some(names.into_iter().map(|(name, _)| name).collect());
        Ok(())
    }
}

pub(crate) const CONCURRENCY: [(&str, Concurrency); 3] =
    [("queue", Concurrency::Queue), ("refuse", Concurrency::Refuse), ("replace", Concurrency::Replace)];

fn name(node: &Node) -> Result<String, Fault> {
    let name = keys::line(node)?;
    if is_name(&name) {
        return Ok(name);
    }
    let message =
        format!("`{name}` can't be a name; use letters, digits, `-`, `_` and `.`, such as `restart-pool`.");
    Err(Fault::new(node.at, "bad-name", message))
}

fn on_fail(node: &Node) -> Result<String, Fault> {
    let link = keys::line(node)?;
    crate::links::href(&link).ok_or_else(|| {
        Fault::new(node.at, "bad-link", "This must be `#anchor`, a relative link, or an http(s) address.")
    })
}
