//! What a prompt is. A root's prompt `# ` looks like a comment; these rules tell them apart.

use super::is_console;

/// The prompts that a block uses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prompts {
    console: bool,
    /// Some line has a prompt that can be nothing else.
    certain: bool,
}

impl Prompts {
    /// `None` if the block has none.
    pub(super) fn of(language: &str, text: &str) -> Option<Self> {
        let console = is_console(language);
        if !console && !super::is_shell(language) {
            return None;
        }
        let certain = text.lines().any(|line| !certain_prompt(line).is_empty());
        let root = console && text.lines().any(|line| !root_prompt(line).is_empty());
        (certain || root).then_some(Self { console, certain })
    }

    /// The prompt at the line's begin, or nothing.
    pub(super) fn prompt<'a>(&self, line: &'a str, root_shell: bool) -> &'a str {
        let certain = certain_prompt(line);
        if !certain.is_empty() {
            return certain;
        }
        let root = root_prompt(line);
        let expected = root_shell || (self.console && !self.certain);
        if expected || is_assignment(&line[root.len()..]) { root } else { "" }
    }

    /// Whether the line begins with a prompt that can be nothing else.
    pub(super) fn is_certain(&self, line: &str) -> bool {
        !certain_prompt(line).is_empty()
    }

    /// Whether `# ` is a comment again after this line: in a script's block a new paragraph begins with one.
    pub(super) fn ends_root_shell(&self, line: &str) -> bool {
        !self.console && line.trim().is_empty()
    }
}

/// `$ `, `user@host:~$ `, `[root@host etc]# `, `sh-5.1# `; a bare `$` is an empty one.
fn certain_prompt(line: &str) -> &str {
    if line == "$" {
        return line;
    }
    let Some(at) = line.find("$ ").into_iter().chain(line.find("# ")).min() else { return "" };
    let (before, prompt) = (&line[..at], &line[..at + 2]);
    let named = before.contains('@') && !before.contains(char::is_whitespace) && !before.contains('=')
        || before.starts_with('[') && before.ends_with(']') && before.contains('@')
        || is_versioned(before);
    if before.is_empty() && line.starts_with('$') || named { prompt } else { "" }
}

/// `sh-5.1`, `bash-4.2`
fn is_versioned(before: &str) -> bool {
    let version = before.strip_prefix("bash-").or_else(|| before.strip_prefix("sh-"));
    version.is_some_and(|version| {
        !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

/// `# ` before what looks like a command.
fn root_prompt(line: &str) -> &str {
    match line.strip_prefix("# ") {
        Some(rest) if looks_like_command(rest) => &line[..2],
        _ => "",
    }
}

/// Commands begin with a small letter, a path or an assignment; sentences end in a point or a colon.
fn looks_like_command(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, '.' | '/' | '~' | '_'));
    is_assignment(text) || (begins && !text.trim_end().ends_with(['.', ':', '?', '!']))
}

fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// Whether another prompt may follow this command: it opens a shell, here or elsewhere.
pub(super) fn opens_shell(command: &str) -> bool {
    let words = || command.split_whitespace();
    let has = |word: &str| words().any(|it| it == word);
    let first = words().find(|word| *word != "sudo").unwrap_or_default();
    let runs_one = matches!(first, "oc" | "kubectl" | "docker" | "podman" | "crictl" | "nsenter");
    matches!(first, "su" | "ssh" | "bash" | "sh" | "chroot" | "nsenter")
        || (command.starts_with("sudo") && (has("-i") || has("-s")))
        || (runs_one && ["debug", "rsh", "exec", "run"].into_iter().any(has))
}

/// The `> ` of a continued line, if the terminal shows one there: the first continued line has it too.
pub(super) fn continuation_prompt<'a>(continued: &[(usize, &'a str)], line: &'a str) -> &'a str {
    let shown = continued.first().is_some_and(|(_, first)| first.starts_with("> ") || *first == ">");
    match line {
        _ if !shown => "",
        ">" => line,
        _ if line.starts_with("> ") => &line[..2],
        _ => "",
    }
}
