//! A fence's commands as a script: placeholders become variables, and variables are quoted.

use std::ops::Range;

use crate::{
    is_reserved,
    names::is_variable,
    placeholder::placeholders,
    shell::{self, Place},
};

/// A value that the reader had to fill in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Input {
    pub(super) name: String,
    /// What stood in its place, such as `<pod>`.
    pub(super) written: String,
}

/// A script and the inputs that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Script {
    pub(super) text: String,
    pub(super) inputs: Vec<Input>,
}

/// Programs that read a text as code, here or on another machine: a value in such a text would run.
const READ_CODE: [&str; 12] =
    ["eval", "ssh", "sh", "bash", "su", "xargs", "watch", "chroot", "nsenter", "parallel", "tmux", "expect"];
/// Programs that wait for somebody at a keyboard.
const INTERACTIVE: [&str; 14] = [
    "vi", "vim", "nano", "emacs", "top", "htop", "less", "more", "man", "screen", "tmux", "watch", "passwd",
    "visudo",
];

/// The script, or why there can be none.
pub(super) fn script(commands: &str) -> Result<Script, &'static str> {
    let at = placeholders(Some("sh"), commands, &|_| false);
    let read = shell::read(commands);
    let runs = |names: &[&str]| read.commands.iter().any(|(name, _)| names.contains(name));
    let flags = [
        " -it ",
        " -ti ",
        " --tty",
        " -i -t ",
        "oc debug",
        "oc edit",
        "kubectl edit",
        "oc rsh",
        "kubectl debug",
        "oc login",
    ];
    if runs(&INTERACTIVE) || flags.iter().any(|flag| commands.contains(flag)) {
        return Err("it waits for somebody at a terminal");
    }
    if commands.lines().any(never_ends) {
        return Err("it goes on until somebody ends it");
    }
    if commands.lines().any(|line| matches!(line.trim(), "..." | "…" | "[...]")) || commands.contains("<...>")
    {
        return Err("something is left out of it");
    }
    if !at.is_empty() && runs(&READ_CODE) {
        return Err("a value in it would be read as code");
    }
    if read.commands.is_empty() {
        return Err("it has no command");
    }
    let mut script = Script { text: commands.to_owned(), inputs: Vec::new() };
    // From the end, so that the places before stay where they are.
    for range in at.into_iter().rev() {
        put_variable(&mut script, range)?;
    }
    quote(&mut script);
    script.inputs.sort_by(|a, b| a.name.cmp(&b.name));
    script.inputs.dedup_by(|a, b| a.name == b.name);
    Ok(script)
}

/// `logs -f`, `get -w`: what shows news for ever.
fn never_ends(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
    (has(&["logs", "tail", "journalctl"]) && has(&["-f", "--follow", "-fu"]))
        || (has(&["get"]) && has(&["-w", "--watch"]))
}

/// `${name}` in place of what stands in `range`.
fn put_variable(script: &mut Script, range: Range<usize>) -> Result<(), &'static str> {
    let written = script.text.get(range.clone()).unwrap_or_default().to_owned();
    let line = script.text.get(..range.start).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    if line.trim_start().starts_with('#') {
        return Ok(());
    }
    if line.trim_end().is_empty() || line.trim_end().ends_with(['|', ';', '&', '(']) {
        return Err("what it runs is to be filled in");
    }
    let name = name_of(&written).ok_or("what is to be filled in has no name")?;
    script.text.replace_range(range, &format!("${{{name}}}"));
    script.inputs.push(Input { name, written });
    Ok(())
}

/// A variable's name for a placeholder: `<Pod name>` → `pod_name`; `$NAMESPACE` keeps its own.
fn name_of(written: &str) -> Option<String> {
    let inner = written.trim_matches(['<', '>', '{', '}', '$', ' ', '.', '"', '\'']);
    if written.starts_with('$') {
        return Some(inner.to_owned()).filter(|name| is_variable(name) && !is_reserved(name));
    }
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let words: String = inner.chars().map(letter).collect();
    let mut name = words.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
    if name.len() > 40 || name.is_empty() {
        return None;
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) || is_reserved(&name) {
        name = format!("the_{name}");
    }
    Some(name).filter(|name| is_variable(name) && !is_reserved(name))
}

/// Double quotes around every input that the shell would split.
fn quote(script: &mut Script) {
    let names: Vec<String> = script.inputs.iter().map(|input| input.name.clone()).collect();
    let read = shell::read(&script.text);
    let mut bare: Vec<(usize, usize)> = read
        .uses
        .iter()
        .filter(|it| it.place != Place::Whole && names.iter().any(|name| name == it.name))
        .map(|it| (it.at, it.length))
        .collect();
    bare.sort_unstable();
    for (at, length) in bare.into_iter().rev() {
        script.text.insert(at + length, '"');
        script.text.insert(at, '"');
    }
}

/// Whether every place of an input is one at which the shell puts its value.
pub(super) fn is_expanded(script: &Script) -> bool {
    let read = shell::read(&script.text);
    script.inputs.iter().all(|input| {
        let written = script.text.matches(&format!("${{{}}}", input.name)).count();
        let used = read.uses.iter().filter(|it| it.name == input.name && !read.assigned.contains(it.name));
        written > 0 && used.count() >= written
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_become_quoted_variables() {
        for (commands, expected) in [
            ("oc logs <pod> -n $NAMESPACE\n", "oc logs \"${pod}\" -n \"${NAMESPACE}\"\n"),
            ("oc get pod/<pod-name>\n", "oc get pod/\"${pod_name}\"\n"),
            ("oc get -l \"app=<app>\"\n", "oc get -l \"app=${app}\"\n"),
            ("X=<pod>\noc logs \"$X\"\n", "X=${pod}\noc logs \"$X\"\n"),
            ("oc logs {{ pod }}\n", "oc logs \"${pod}\"\n"),
        ] {
            let script = script(commands).unwrap();
            assert_eq!(script.text, expected);
            assert!(is_expanded(&script), "{expected}");
        }
    }

    #[test]
    fn what_could_run_otherwise_than_meant_is_left_out() {
        for commands in [
            "ssh <host> uptime",
            "<command> --help",
            "oc rsh <pod>",
            "vi <file>",
            "bash -c 'ls <dir>'",
            "oc get\n...\n",
            "oc logs x -f",
            "# only words",
        ] {
            assert!(script(commands).is_err(), "{commands}");
        }
        assert!(!is_expanded(&script("jq '.<field>' x").unwrap()));
    }
}
