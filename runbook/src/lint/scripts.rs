//! What a script does with its inputs: `eval`, and expansions that the shell splits.

use super::{File, Report, place::in_script, report};
use crate::{
    Action, InputSpec, InputType,
    languages::is_shell,
    shell::{self, Place},
};

/// Most reports of a kind for one script: nobody reads more, and each costs time.
const MOST: usize = 50;

pub(super) fn check(file: &File<'_>, reports: &mut Vec<Report>) {
    for action in &file.runbook.actions {
        if is_shell(&action.language) {
            shell_script(action, file, reports);
        } else {
            evals(action, file, reports);
        }
    }
}

fn shell_script(action: &Action, file: &File<'_>, reports: &mut Vec<Report>) {
    let script = shell::read(&action.script);
    for (_, at) in script.commands.iter().filter(|(name, _)| *name == "eval").take(MOST) {
        let message = "`eval` reads its words as code once more: a value in them can run as a command.";
        reports.push(report("eval", in_script(action, *at, file.lines), message).of_action(&action.name));
    }
    if !shell::splits(&action.language) {
        return;
    }
    let before = reports.len();
    for found in script.uses.iter().filter(|it| it.place == Place::Bare) {
        if reports.len() - before >= MOST {
            return;
        }
        let taken = action.inputs.iter().any(|name| name == found.name);
        let Some(spec) = file.runbook.input(found.name).filter(|spec| taken && can_split(spec)) else {
            continue;
        };
        if script.assigned.contains(found.name) {
            continue;
        }
        let written = action.script.get(found.at..found.at + found.length).unwrap_or_default();
        let message = format!(
            "`{written}` stands unquoted: the shell splits the value of `{}` at blanks and expands `*` in it.",
            spec.name
        );
        let report = report("unquoted-input", in_script(action, found.at, file.lines), message);
        reports.push(report.mend(format!("Write `\"{written}\"`.")).of_action(&action.name));
    }
}

/// Whether a value of this input can hold what the shell splits or expands.
fn can_split(spec: &InputSpec) -> bool {
    match spec.kind {
        InputType::String | InputType::Text | InputType::Secret | InputType::Multichoice => true,
        InputType::Choice => spec
            .options
            .iter()
            .any(|option| option.contains(|c: char| c.is_whitespace() || "*?[".contains(c))),
        _ => false,
    }
}

/// `eval(…)` and `exec(…)` of languages that have them.
fn evals(action: &Action, file: &File<'_>, reports: &mut Vec<Report>) {
    let names: &[&str] = match action.language.as_str() {
        "python" | "python3" | "py" => &["eval(", "exec("],
        "ruby" | "rb" | "js" | "javascript" | "node" | "perl" | "php" => &["eval("],
        _ => return,
    };
    let (before, mut offset) = (reports.len(), 0);
    for line in action.script.split_inclusive('\n') {
        if reports.len() - before >= MOST {
            return;
        }
        let comment = line.trim_start().starts_with(['#', '/']);
        for name in names.iter().filter(|_| !comment) {
            let called = line.match_indices(name).map(|(at, _)| at);
            let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | '\'' | '>');
            for at in called.filter(|at| !line[..*at].ends_with(inside)) {
                let message = format!("`{name}…)` reads text as code: an input's value in it can run.");
                reports.push(
                    report("eval", in_script(action, offset + at, file.lines), message)
                        .of_action(&action.name),
                );
            }
        }
        offset += line.len();
    }
}
