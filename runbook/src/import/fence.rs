//! Which fences could be actions, and what each would look like.

use super::{
    Edit, header, prefix,
    script::{Input, is_expanded, script},
};
use crate::{
    Runbook, console, fence, info,
    lint::{CodeAt, guess},
    position::Lines,
    shell,
};

/// A fence that could be an action.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Line of the opening.
    pub(super) line: usize,
    /// The button's text, before it is made unique.
    pub(super) words: String,
    pub(super) inputs: Vec<Input>,
    only_reads: bool,
    /// The opening line, if its language has to change.
    opening: Option<String>,
    /// What stands before each line of the fence in the file.
    prefix: String,
    script: String,
    /// How many lines of content the fence has.
    content: usize,
}

/// The candidate; `None` where the fence is no shell at all.
pub(super) fn candidate(
    code: &CodeAt,
    runbook: &Runbook,
    lines: &Lines<'_>,
    can_declare: bool,
) -> Result<Option<Candidate>, &'static str> {
    if !code.fenced || runbook.actions.iter().any(|action| action.line == code.at.line) {
        return Ok(None);
    }
    let written = info::language(&code.info);
    let Some(language) = shell_language(&written, &code.text) else { return Ok(None) };
    let prefix = plain_prefix(code, lines).ok_or("its fence is not plain")?;
    let commands = format!("{}\n", console::commands(Some(language), &code.text).trim_end());
    let script = script(&commands)?;
    if !is_expanded(&script) {
        return Err("a value to be filled in stands where the shell puts none");
    }
    if !script.inputs.is_empty() && !can_declare {
        return Err("its inputs can't be declared in this front matter");
    }
    let commands = shell::read(&script.text).commands;
    let words = header::words(&script.text, &commands).ok_or("its first command gives no label")?;
    let only_reads = header::only_reads(&script.text, &commands);
    // What shows a terminal has no interpreter; its commands are a script of `sh`.
    let runs = if matches!(language, "bash" | "sh" | "shell") { language } else { "sh" };
    let opening = if runs == written {
        None
    } else {
        Some(renamed(lines.text(code.at.line), &code.info, runs).ok_or("its fence is not plain")?)
    };
    Ok(Some(Candidate {
        line: code.at.line,
        words,
        only_reads,
        inputs: script.inputs,
        opening,
        prefix: prefix.to_owned(),
        script: script.text,
        content: code.text.lines().count(),
    }))
}

/// The fence's language, written or plain to see, if it is one of a shell that we start.
fn shell_language<'a>(written: &'a str, text: &str) -> Option<&'a str> {
    let language = if written.is_empty() { guess(text)?.0 } else { written };
    (console::is_shell(language) && !matches!(language, "zsh" | "ksh" | "dash")).then_some(language)
}

/// What stands before each line of a closed fence that has no header yet.
fn plain_prefix<'a>(code: &CodeAt, lines: &Lines<'a>) -> Option<&'a str> {
    let closed = fence::opening(lines.source(), &code.range, code.text.lines().count(), lines).closed;
    let plain = closed && !code.text.contains('\0') && !code.text.starts_with("#|");
    prefix(code, lines).filter(|prefix| plain && prefix.chars().all(|c| matches!(c, ' ' | '\t' | '>')))
}

/// The opening line with another language.
fn renamed(line: &str, info: &str, language: &str) -> Option<String> {
    let before = line.trim_end().strip_suffix(info.trim())?.trim_end();
    before.ends_with(['`', '~']).then(|| format!("{before}{language}"))
}

impl Candidate {
    /// The fence's lines from its opening on as an action's.
    pub(super) fn edit(&self, label: &str) -> Edit {
        let mut header = vec![format!("#| action: {label}")];
        if self.only_reads {
            header.push("#| kind: check".to_owned());
        }
        let names: Vec<&str> = self.inputs.iter().map(|input| input.name.as_str()).collect();
        header.push(format!("#| inputs: [{}]", names.join(", ")));
        let script = self.script.lines().map(str::to_owned);
        let below = header
            .into_iter()
            .chain(script)
            .map(|line| format!("{}{line}", self.prefix).trim_end().to_owned());
        let (first, mut added) = match &self.opening {
            Some(opening) => (self.line, vec![opening.clone()]),
            None => (self.line + 1, Vec::new()),
        };
        added.extend(below);
        Edit { line: first, removed: self.content + usize::from(self.opening.is_some()), added }
    }
}
