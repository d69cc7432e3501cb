//! The header of a proposed action: its label, and whether it only looks.

use std::collections::{HashMap, HashSet};

use crate::names::{is_variable, slug};

/// Gives labels whose slugs nobody else has.
pub(super) struct Labels {
    taken: HashSet<String>,
    /// How often each label was asked for.
    asked: HashMap<String, usize>,
}

impl Labels {
    /// `taken` are the anchors that the file has already.
    pub(super) fn new(taken: HashSet<String>) -> Self {
        Self { taken, asked: HashMap::new() }
    }

    /// A label made of `words`, and its slug.
    pub(super) fn label(&mut self, words: &str) -> (String, String) {
        let number = self.asked.entry(words.to_owned()).or_default();
        loop {
            *number += 1;
            let label = if *number == 1 { words.to_owned() } else { format!("{words} {number}") };
            let name = slug(&label);
            if self.taken.insert(name.clone()) {
                return (label, name);
            }
        }
    }
}

/// What PromQL begins with.
const QUERIES: [&str; 10] =
    ["sum", "avg", "count", "min", "max", "topk", "rate", "increase", "absent", "histogram_quantile"];

/// The first words of the first command, up to its first flag, path or value: what the button says.
pub(super) fn words(script: &str, commands: &[(&str, usize)]) -> Option<String> {
    let first = script.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let opens = ["for ", "while ", "if ", "export ", "set "].iter().any(|word| first.starts_with(word));
    let assigns = first.split_once('=').is_some_and(|(name, _)| is_variable(name));
    // Behind these stands the command that does the work; anything else that is no command is no shell.
    let line = if opens || assigns {
        let passed = ["export", "set", "[", "test", "true"];
        let (_, at) = commands.iter().find(|(name, _)| !passed.contains(name))?;
        script.get(*at..)?.lines().next()?
    } else {
        first
    };
    let plain = |word: &&str| {
        !word.starts_with('-')
            && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let words: Vec<&str> = line.split_whitespace().take_while(plain).take(5).collect();
    let label = words.join(" ");
    // Commands are small letters; a query or a line of a log in a shell's fence is none.
    let name = words.first()?;
    let is_command = name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.contains(|c: char| c.is_ascii_uppercase())
        && !QUERIES.contains(name);
    (is_command && label.len() <= 60).then_some(label)
}

/// What only reads, whatever its arguments.
const READERS: [&str; 24] = [
    "ls",
    "cat",
    "grep",
    "egrep",
    "head",
    "tail",
    "df",
    "du",
    "ps",
    "free",
    "uptime",
    "date",
    "dig",
    "nslookup",
    "host",
    "ping",
    "journalctl",
    "jq",
    "yq",
    "wc",
    "sort",
    "uniq",
    "cut",
    "echo",
];
/// The first argument of `kubectl` and `oc` with which they only read.
const VERBS: [&str; 8] = ["get", "describe", "logs", "top", "explain", "version", "whoami", "cluster-info"];

/// Whether every command of the script only reads. In doubt it does not.
pub(super) fn only_reads(script: &str, commands: &[(&str, usize)]) -> bool {
    let writes =
        script.replace("2>/dev/null", "").replace(">/dev/null", "").replace("2>&1", "").contains('>');
    !writes
        && commands.iter().all(|&(name, at)| match name {
            "kubectl" | "oc" => {
                let rest = script.get(at + name.len()..).unwrap_or_default();
                let mut words = rest.split_whitespace();
                let verb = words.next().unwrap_or_default();
                VERBS.contains(&verb) || (verb == "adm" && words.next() == Some("top"))
            }
            name => READERS.contains(&name),
        })
}
