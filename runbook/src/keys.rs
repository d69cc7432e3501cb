//! Typed values out of YAML nodes, with errors that say what to write.

use crate::{
    duration,
    finding::Fault,
    names::did_you_mean,
    position::Position,
    size,
    yaml::{Node, Value},
};

fn bad(node: &Node, message: impl Into<String>) -> Fault {
    Fault::new(node.at, "bad-value", message)
}

/// The scalar's text; `what` completes "this must be …".
fn scalar<'a>(node: &'a Node, what: &str) -> Result<&'a str, Fault> {
    match &node.value {
        Value::Scalar { text, .. } if text.contains('\0') => {
            Err(bad(node, "A NUL can't stand here; remove it."))
        }
        Value::Scalar { text, .. } => Ok(text),
        Value::Null => Err(bad(
            node,
            format!(
                "Nothing is written here; this must be {what}. Quote a value that begins with `#`, or remove the key."
            ),
        )),
        Value::Sequence(_) | Value::Mapping(_) => Err(bad(node, format!("This must be {what}."))),
    }
}

/// One line of text that is not empty.
pub(crate) fn line(node: &Node) -> Result<String, Fault> {
    let text = text(node)?;
    if text.contains(['\n', '\r']) {
        return Err(bad(node, "This must be one line of text."));
    }
    Ok(text)
}

/// Text that is not empty, several lines allowed.
pub(crate) fn text(node: &Node) -> Result<String, Fault> {
    let text = scalar(node, "text")?.trim();
    if text.is_empty() {
        return Err(bad(node, "This is empty; write something or remove the key."));
    }
    Ok(text.to_owned())
}

/// Any scalar as it is written, the empty one too.
pub(crate) fn any(node: &Node) -> Result<String, Fault> {
    match &node.value {
        Value::Null => Ok(String::new()),
        _ => scalar(node, "one value").map(str::to_owned),
    }
}

/// `true` or `false`; YAML 1.2 has no other booleans.
pub(crate) fn boolean(node: &Node) -> Result<bool, Fault> {
    match &node.value {
        Value::Scalar { text, quoted: false } if text == "true" => Ok(true),
        Value::Scalar { text, quoted: false } if text == "false" => Ok(false),
        _ => Err(bad(node, "This must be `true` or `false`.")),
    }
}

/// Whole seconds, more than none.
pub(crate) fn seconds(node: &Node) -> Result<u64, Fault> {
    let what = "a duration such as `90s`, `5m` or `1h30m`, more than 0";
    let typed = scalar(node, what)?;
    match duration::seconds(typed) {
        Some(seconds) if seconds > 0 => Ok(seconds),
        _ => Err(Fault::new(node.at, "bad-duration", format!("`{typed}` must be {what}."))),
    }
}

/// Bytes, more than none.
pub(crate) fn bytes(node: &Node) -> Result<u64, Fault> {
    let what = "a size such as `64MiB` or `1G`, more than 0";
    let typed = scalar(node, what)?;
    match size::bytes(typed) {
        Some(bytes) if bytes > 0 => Ok(bytes),
        _ => Err(Fault::new(node.at, "bad-size", format!("`{typed}` must be {what}."))),
    }
}

/// A whole number from 1.
pub(crate) fn count(node: &Node) -> Result<u64, Fault> {
    let what = "a whole number from 1";
    match scalar(node, what)?.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(bad(node, format!("This must be {what}."))),
    }
}

/// A number, or a duration where those are typed.
pub(crate) fn number(node: &Node, durations: bool) -> Result<f64, Fault> {
    let typed = scalar(node, "a number")?;
    let seconds = if durations { duration::seconds(typed).map(|seconds| seconds as f64) } else { None };
    let number = seconds.or_else(|| typed.parse().ok()).filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| bad(node, format!("`{typed}` must be a number.")))
}

/// One line of text or a list of them, each with its place; never empty.
pub(crate) fn list(node: &Node) -> Result<Vec<(String, Position)>, Fault> {
    let Value::Sequence(nodes) = &node.value else { return Ok(vec![(line(node)?, node.at)]) };
    if nodes.is_empty() {
        return Err(bad(node, "This list is empty; fill it or remove the key."));
    }
    nodes.iter().map(|node| Ok((line(node)?, node.at))).collect()
}

/// One of the `allowed` words.
pub(crate) fn word<T: Copy>(node: &Node, allowed: &[(&str, T)]) -> Result<T, Fault> {
    let names = || allowed.iter().map(|&(name, _)| name);
    let all = names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let typed = scalar(node, &format!("one of {all}"))?;
    allowed.iter().find(|&&(name, _)| name == typed).map(|&(_, value)| value).ok_or_else(|| {
        let hint = did_you_mean(typed, names());
        bad(node, format!("`{typed}` must be one of {all}{}", hint_end(&hint)))
    })
}

/// A sentence's end: the hint, which has its own mark, or a full stop.
pub(crate) fn hint_end(hint: &str) -> &str {
    if hint.is_empty() { "." } else { hint }
}

/// The report for a key that nobody knows.
pub(crate) fn unknown(at: Position, key: &str, of: &str, known: &[&str]) -> Fault {
    let hint = did_you_mean(key, known.iter().copied());
    Fault::new(at, "unknown-key", format!("`{key}` is no key of {of}{}", hint_end(&hint)))
}
