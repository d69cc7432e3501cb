//! Which lines of a code block are commands: what a person would type of it.
//!
//! A block that shows a terminal has prompts; all other lines of it are output, comments or continuations. A block
//! without prompts is typed as it stands. docs/FORMAT.md lists the rules, and where they have to guess.

mod prompt;
mod unfinished;

use std::borrow::Cow;

use self::prompt::{Prompts, continuation_prompt};
use self::unfinished::{Heredoc, Unfinished};

/// What a line of a terminal's block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Typed: a command or the continuation of one.
    Command,
    /// Printed by a command, or a remark between commands.
    Output,
}

/// One line of a block that shows a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Byte at which it begins in the block.
    pub start: usize,
    /// The prompt, with its blank; empty where there is none.
    pub prompt: &'a str,
    /// What follows, without the line end.
    pub text: &'a str,
    /// What it is.
    pub kind: LineKind,
}

/// Whether a fence of this language holds what a shell reads, or shows a shell's terminal.
#[must_use]
pub fn is_shell(language: &str) -> bool {
    is_console(language) || matches!(language, "sh" | "bash" | "shell" | "zsh" | "ksh" | "dash")
}

/// Whether a fence of this language shows a terminal by its name.
pub(crate) fn is_console(language: &str) -> bool {
    matches!(
        language,
        "console" | "shell-session" | "shellsession" | "sh-session" | "bash-session" | "terminal" | "session"
    )
}

/// The lines of a block that shows a terminal; `None` if it has no prompts: then all of it is typed.
#[must_use]
pub fn session<'a>(language: Option<&str>, text: &'a str) -> Option<Vec<Line<'a>>> {
    let prompts = Prompts::of(language?, text)?;
    let lines = located(text);
    let (mut read, mut root_shell, mut at) = (Vec::with_capacity(lines.len()), false, 0);
    while let Some(&(start, text)) = lines.get(at) {
        let prompt = prompts.prompt(text, root_shell);
        at += 1;
        if prompt.is_empty() {
            root_shell &= !prompts.ends_root_shell(text);
            read.push(Line { start, prompt, text, kind: LineKind::Output });
            continue;
        }
        let command = &text[prompt.len()..];
        root_shell |= prompt::opens_shell(command);
        read.push(Line { start, prompt, text: command, kind: LineKind::Command });
        let more = continuation(command, &lines[at..], &prompts);
        read.extend(lines[at..at + more].iter().map(|&(start, text)| {
            let prompt = continuation_prompt(&lines[at..at + more], text);
            Line { start, prompt, text: &text[prompt.len()..], kind: LineKind::Command }
        }));
        at += more;
    }
    Some(read)
}

/// What is typed of a block: its commands without prompts and output, or all of it. No line end at the end: pasted
/// into a terminal, it would start the last command before anybody has looked.
///
/// ```
/// use lastmile_runbook::console::commands;
/// assert_eq!(commands(Some("console"), "$ uname\nLinux\n$ id -un\n"), "uname\nid -un");
/// assert_eq!(commands(Some("sh"), "# a comment\nuname\n"), "# a comment\nuname");
/// ```
#[must_use]
pub fn commands<'a>(language: Option<&str>, text: &'a str) -> Cow<'a, str> {
    let Some(lines) = session(language, text) else {
        return Cow::Borrowed(text.strip_suffix('\n').unwrap_or(text));
    };
    let typed = lines.iter().filter(|line| line.kind == LineKind::Command).map(|line| line.text);
    Cow::Owned(typed.collect::<Vec<_>>().join("\n"))
}

/// Each line with the byte at which it begins, without its line end.
fn located(text: &str) -> Vec<(usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let at = start;
            start += line.len();
            (at, line.strip_suffix('\n').unwrap_or(line))
        })
        .collect()
}

/// How many of the lines that follow belong to a command: after `\`, `|` and `&&`, within quotes, here-documents.
fn continuation(command: &str, rest: &[(usize, &str)], prompts: &Prompts) -> usize {
    let mut state = Unfinished::default();
    state.read(command);
    let mut count = 0;
    loop {
        let before = count;
        if let Some(end) = state.heredoc() {
            count += heredoc(&end, &rest[count..]);
        } else if state.in_quotes() {
            count += quoted(&mut state, &rest[count..], prompts);
        } else if state.wants_more()
            && let Some((_, line)) = rest.get(count).filter(|(_, line)| !prompts.is_certain(line))
        {
            state.read(line.strip_prefix("> ").unwrap_or(line));
            count += 1;
        }
        if count == before {
            return count;
        }
    }
}

/// A here-document is not looked for any further: a block of many that never end must not take long.
const MOST_HEREDOC_LINES: usize = 500;

/// Lines up to and with the delimiter; none where it never comes.
fn heredoc(end: &Heredoc, rest: &[(usize, &str)]) -> usize {
    let closes =
        |line: &str| end.closes(line) || line.strip_prefix("> ").is_some_and(|line| end.closes(line));
    rest.iter().take(MOST_HEREDOC_LINES).position(|(_, line)| closes(line)).map_or(0, |at| at + 1)
}

/// Lines up to and with the closing quote; none where it does not come before the next prompt: then the quote was
/// none, an apostrophe perhaps.
fn quoted(state: &mut Unfinished, rest: &[(usize, &str)], prompts: &Prompts) -> usize {
    let mut tried = state.clone();
    for (count, (_, line)) in rest.iter().enumerate() {
        if prompts.is_certain(line) {
            break;
        }
        tried.read(line.strip_prefix("> ").unwrap_or(line));
        if !tried.in_quotes() {
            *state = tried;
            return count + 1;
        }
    }
    *state = Unfinished::default();
    0
}

#[cfg(test)]
mod tests;
