//! The front matter's `inputs`: declarations of what actions take.

use crate::{
    InputSpec, InputType, conditions,
    declared::Declared,
    finding::{Fault, Findings},
    keys,
    names::is_variable,
    position::Position,
    reserved::is_reserved,
    value,
    yaml::{Entry, Node, Value},
};

/// The types by their names.
pub(crate) const TYPES: [(&str, InputType); 10] = [
    ("string", InputType::String),
    ("text", InputType::Text),
    ("integer", InputType::Integer),
    ("number", InputType::Number),
    ("boolean", InputType::Boolean),
    ("choice", InputType::Choice),
    ("multichoice", InputType::Multichoice),
    ("secret", InputType::Secret),
    ("date", InputType::Date),
    ("duration", InputType::Duration),
];

/// The keys of a declaration.
pub(crate) const KEYS: [&str; 10] =
    ["type", "required", "default", "pattern", "min", "max", "options", "description", "placeholder", "when"];

/// Most inputs of one file: every action is held against all of them.
const MAX_INPUTS: usize = 200;

/// Reads the mapping under `inputs`.
pub(crate) fn read(node: &Node, findings: &mut Findings) -> Declared {
    let mut declared = Declared::default();
    if matches!(node.value, Value::Scalar { .. } | Value::Sequence(_)) {
        let message = "`inputs` must be a mapping of names to declarations, such as `pool: {type: string}`.";
        findings.error(Fault::new(node.at, "bad-value", message));
        declared.unreadable = true;
    }
    if let Some(entry) = node.entries().get(MAX_INPUTS) {
        let message = format!("These are more than {MAX_INPUTS} inputs; split the runbook.");
        findings.error(Fault::new(entry.at, "too-many-inputs", message));
        declared.unreadable = true;
    }
    for entry in node.entries().iter().take(MAX_INPUTS) {
        let mut faults = Vec::new();
        let spec = declaration(entry, &declared, &mut faults);
        if faults.is_empty() {
            declared.specs.push(spec);
        } else {
            declared.broken.push(entry.key.clone());
        }
        faults.into_iter().for_each(|fault| findings.error(fault));
    }
    declared
}

fn declaration(entry: &Entry, earlier: &Declared, faults: &mut Vec<Fault>) -> InputSpec {
    let mut spec =
        InputSpec { name: entry.key.clone(), required: true, line: entry.at.line, ..InputSpec::default() };
    if !is_variable(&spec.name) {
        let message = format!("`{}` must match `[A-Za-z_][A-Za-z0-9_]*` to be an input's name.", spec.name);
        faults.push(Fault::new(entry.at, "bad-name", message));
    } else if is_reserved(&spec.name) {
        let message = format!(
            "`{}` changes how programs load or run, so no input may have this name; choose another.",
            spec.name
        );
        faults.push(Fault::new(entry.at, "reserved-name", message));
    }
    match &entry.node.value {
        Value::Null | Value::Mapping(_) => {}
        _ => {
            let message = "A declaration is a mapping, such as `{type: string}`.";
            faults.push(Fault::new(entry.node.at, "bad-value", message));
        }
    }
    // The type first: what the other keys may say depends on it.
    if let Some(node) = entry.node.get("type") {
        match keys::word(node, &TYPES) {
            Ok(kind) => spec.kind = kind,
            Err(fault) => faults.push(fault),
        }
    }
    for entry in entry.node.entries() {
        if let Err(fault) = key(entry, &mut spec, earlier) {
            faults.push(fault);
        }
    }
    if faults.is_empty() {
        faults.extend(whole(&mut spec, &entry.node, entry.at).err());
    }
    spec
}

fn key(entry: &Entry, spec: &mut InputSpec, earlier: &Declared) -> Result<(), Fault> {
    let node = &entry.node;
    match entry.key.as_str() {
        "type" => {}
        "required" => spec.required = keys::boolean(node)?,
        "description" => spec.description = Some(keys::text(node)?),
        "placeholder" => spec.placeholder = Some(keys::line(node)?),
        "default" => spec.default = Some(default(node, spec.kind)?),
        "options" => spec.options = options(entry, spec.kind)?,
        "pattern" => spec.pattern = Some(pattern(entry, spec.kind)?),
        "min" => spec.min = Some(bound(entry, spec.kind)?),
        "max" => spec.max = Some(bound(entry, spec.kind)?),
        "when" => spec.when = when(node, earlier)?,
        unknown => return Err(keys::unknown(entry.at, unknown, "an input", &KEYS)),
    }
    Ok(())
}

/// What can be judged only when all keys are known.
fn whole(spec: &mut InputSpec, node: &Node, at: Position) -> Result<(), Fault> {
    let chooses = matches!(spec.kind, InputType::Choice | InputType::Multichoice);
    if chooses && spec.options.is_empty() {
        return Err(Fault::new(
            at,
            "missing-options",
            format!("`{}` needs `options` to choose from.", spec.name),
        ));
    }
    if let (Some(min), Some(max)) = (spec.min, spec.max)
        && min > max
    {
        return Err(Fault::new(at, "bad-range", "`min` is greater than `max`; swap them."));
    }
    let place = node.get("default").map_or(at, |node| node.at);
    match spec.default.take() {
        Some(_) if spec.kind == InputType::Secret => {
            let message = "A secret can't have a default: it would stand in the file.";
            Err(Fault::new(place, "secret-default", message))
        }
        Some(default) if default.is_empty() => Ok(()),
        Some(default) => match value::check(spec, &default) {
            Ok(_) => {
                spec.default = Some(default);
                Ok(())
            }
            Err(problem) => {
                let message = format!("The default does not fit: {}", problem.message);
                Err(Fault::new(place, "bad-default", message))
            }
        },
        // An empty box is `false` to everybody, unless the author insists on an answer.
        None => {
            if spec.kind == InputType::Boolean && node.get("required").is_none() {
                spec.default = Some("false".to_owned());
            }
            Ok(())
        }
    }
}

fn default(node: &Node, kind: InputType) -> Result<String, Fault> {
    if kind == InputType::Multichoice && matches!(node.value, Value::Sequence(_)) {
        let chosen = keys::list(node)?;
        return Ok(chosen.into_iter().map(|(option, _)| option).collect::<Vec<_>>().join("\n"));
    }
    keys::any(node)
}

fn options(entry: &Entry, kind: InputType) -> Result<Vec<String>, Fault> {
    if !matches!(kind, InputType::Choice | InputType::Multichoice) {
        return Err(unfit(entry, "choice and multichoice"));
    }
    let mut options: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (option, at) in keys::list(&entry.node)? {
        if !seen.insert(option.clone()) {
            return Err(Fault::new(at, "bad-value", format!("`{option}` is offered twice; keep one.")));
        }
        options.push(option);
    }
    Ok(options)
}

fn pattern(entry: &Entry, kind: InputType) -> Result<String, Fault> {
    if !matches!(kind, InputType::String | InputType::Text | InputType::Secret) {
        return Err(unfit(entry, "string, text and secret"));
    }
    let pattern = keys::any(&entry.node)?;
    match value::compile(&pattern) {
        Ok(_) => Ok(pattern),
        Err(why) => {
            let message = format!("This is no regular expression: {why}.");
            Err(Fault::new(entry.node.at, "bad-pattern", message))
        }
    }
}

fn bound(entry: &Entry, kind: InputType) -> Result<f64, Fault> {
    match kind {
        InputType::Boolean | InputType::Choice | InputType::Date => {
            Err(unfit(entry, "string, text, secret, integer, number, duration and multichoice"))
        }
        _ => keys::number(&entry.node, kind == InputType::Duration),
    }
}

fn when(node: &Node, earlier: &Declared) -> Result<Vec<(String, String)>, Fault> {
    let mut conditions = Vec::new();
    for (text, at) in keys::list(node)? {
        let bad = |why: &str| Fault::new(at, "bad-condition", format!("{why}; write `when: INPUT=VALUE …`."));
        for word in conditions::words(&text).ok_or_else(|| bad("A quote is left open"))? {
            let (name, value) = conditions::split(&word).ok_or_else(|| bad("This is no `INPUT=VALUE`"))?;
            // Only earlier ones, so that no two inputs can wait for each other.
            if !earlier.has(&name) {
                let message = format!("`{name}` must be an input that is declared above this one.");
                return Err(Fault::new(at, "unknown-input", message));
            }
            conditions::check(earlier, &name, &value, at)?;
            conditions.push((name, value));
        }
    }
    Ok(conditions)
}

fn unfit(entry: &Entry, kinds: &str) -> Fault {
    let message = format!("`{}` is for the types {kinds} only; remove it or change `type`.", entry.key);
    Fault::new(entry.at, "key-does-not-fit", message)
}
