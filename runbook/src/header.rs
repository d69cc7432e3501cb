//! The option header of a fence: leading `#|`, `//|` or `--|` lines that together are YAML.

use crate::{
    action::KEYS,
    finding::Fault,
    languages::{self, LEADERS},
    names::nearest,
    position::{Lines, Position},
    yaml::{self, Node, Origin, Value},
};

/// Keys that hold somebody back: as a plain comment they would be lost without a word.
const GATES: [&str; 3] = ["approve", "after", "retype"];

/// A fence's header, read.
pub(crate) struct Header {
    /// The mapping, or why there is none.
    pub(crate) node: Result<Node, Fault>,
    /// What else is wrong with it.
    pub(crate) faults: Vec<Fault>,
    /// How many lines of the script it has.
    pub(crate) lines: usize,
    /// The label, where YAML could not be read but the line with `action` could.
    pub(crate) label: Option<String>,
}

/// What a fence's first lines say.
pub(crate) enum Found {
    /// A header that carries `action`.
    Action(Header),
    /// Perhaps another tool's header, perhaps a slip that is worth a word.
    Other(Option<Fault>),
}

/// Reads the header of a fence whose content begins in the line after `fence_line`.
pub(crate) fn read(script: &str, fence_line: usize, language: &str, lines: &Lines<'_>) -> Found {
    let count = script.lines().take_while(|line| leader_of(line).is_some()).count();
    if count == 0 {
        return Found::Other(None);
    }
    let mut header = Header { node: Err(no_header()), faults: Vec::new(), lines: count, label: None };
    let mut text = String::new();
    let mut origin = Origin { first_line: fence_line + 1, columns: Vec::new() };
    let wanted = languages::leader(language).or_else(|| script.lines().next().and_then(leader_of));
    for (index, line) in script.lines().take(count).enumerate() {
        let leader = leader_of(line).unwrap_or_default();
        let rest = &line[leader.len()..];
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let source = lines.text(fence_line + 1 + index);
        let before = source.find(leader).map_or(0, |at| source[..at].chars().count());
        if wanted != Some(leader) {
            header.faults.push(wrong_leader(fence_line + 1 + index, before, leader, wanted, language));
        }
        origin.columns.push(before + line[..line.len() - rest.len()].chars().count());
        text.push_str(rest);
        text.push('\n');
        header.label = header.label.or_else(|| label(rest.trim_start()));
    }
    header.node = yaml::read(&text, &origin, &mut header.faults).and_then(mapping);
    let is_action = match &header.node {
        Ok(node) => node.get("action").is_some(),
        Err(_) => header.label.is_some(),
    };
    if !is_action {
        return Found::Other(header.node.ok().and_then(|node| near_miss(&node)));
    }
    header.faults.extend(strays(script, count, fence_line, lines));
    Found::Action(header)
}

/// Whether a line of the file looks like the beginning of an action's header, wherever it stands.
pub(crate) fn looks_like_action(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t', '>']);
    leader_of(line).is_some_and(|leader| label(line[leader.len()..].trim_start()).is_some())
}

fn leader_of(line: &str) -> Option<&'static str> {
    LEADERS.into_iter().find(|leader| line.starts_with(leader))
}

fn no_header() -> Fault {
    Fault::new(Position { line: 1, column: 1 }, "yaml", "There is no header.")
}

fn wrong_leader(line: usize, before: usize, leader: &str, wanted: Option<&str>, language: &str) -> Fault {
    let wanted = wanted.unwrap_or(LEADERS[0]);
    let language = if language.is_empty() { "this fence" } else { language };
    let message = format!("In {language}, a header line begins with `{wanted}`, not `{leader}`.");
    Fault::new(Position { line, column: before + 1 }, "wrong-comment", message)
}

fn mapping(node: Node) -> Result<Node, Fault> {
    match node.value {
        Value::Mapping(_) | Value::Null => Ok(node),
        _ => Err(Fault::new(node.at, "yaml", "A header must be `key: value` lines.")),
    }
}

/// What follows `action:` in a header line.
fn label(line: &str) -> Option<String> {
    let line = line.trim_start_matches(['"', '\'']);
    let rest = line.strip_prefix("action")?.trim_start_matches(['"', '\'']).trim_start();
    Some(rest.strip_prefix(':')?.trim().trim_matches(['"', '\'']).to_owned())
}

/// A header without `action` but with a slip of it.
fn near_miss(node: &Node) -> Option<Fault> {
    let entry = node.entries().iter().find(|entry| nearest(&entry.key, ["action"]).is_some())?;
    let message = format!("`{}` makes no button; did you mean `action`?", entry.key);
    Some(Fault::new(entry.at, "not-an-action", message))
}

/// Lines behind the header that look as if they should belong to it: what they say would be lost, a gate
/// perhaps, so they are errors.
fn strays(script: &str, count: usize, fence_line: usize, lines: &Lines<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut adjoining = true;
    for (index, line) in script.lines().enumerate().skip(count) {
        let trimmed = line.trim_start();
        let marked = ["#|", "# |", "//|", "// |", "--|", "-- |"];
        let marked = marked.into_iter().find_map(|leader| trimmed.strip_prefix(leader));
        let comment = trimmed.strip_prefix('#').or_else(|| trimmed.strip_prefix("//"));
        let comment = comment.or_else(|| trimmed.strip_prefix("--"));
        adjoining &= comment.is_some();
        let lost = match (marked, comment) {
            (Some(rest), _) => key_of(rest).filter(|key| KEYS.contains(key) || nearest(key, KEYS).is_some()),
            (None, Some(rest)) if adjoining => key_of(rest).filter(|key| GATES.contains(key)),
            _ => None,
        };
        if let Some(key) = lost {
            let number = fence_line + 1 + index;
            let source = lines.text(number);
            let column = source.chars().take_while(|c| c.is_whitespace() || *c == '>').count() + 1;
            let message = format!(
                "`{key}` stands here as a plain comment and does nothing; move it up into the header, or word \
                 the comment differently."
            );
            faults.push(Fault::new(Position { line: number, column }, "stray-header", message));
        }
    }
    faults
}

/// The word before a colon, where a line has nothing else before it.
fn key_of(rest: &str) -> Option<&str> {
    let (key, _) = rest.split_once(':')?;
    let key = key.trim();
    (!key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')).then_some(key)
}
