//! Reports for people.

use std::io::{self, Write};

use lastmile_runbook::Severity;

use super::Outcome;

pub(super) fn write(outcome: &Outcome, out: &mut impl Write) -> io::Result<()> {
    for located in &outcome.located {
        let problem = &located.report.problem;
        let severity = if problem.severity == Severity::Error { "error" } else { "warning" };
        let (file, code) = (shown(&located.file), &problem.code);
        writeln!(
            out,
            "{file}:{}:{}: {severity}[{code}] {}",
            problem.line,
            problem.column,
            shown(&problem.message)
        )?;
        writeln!(out, "    do: {}", shown(&located.report.mend))?;
    }
    let (errors, warnings) = (outcome.count(Severity::Error), outcome.count(Severity::Warning));
    writeln!(out, "{}: {}, {}", of(outcome.files, "runbook"), of(errors, "error"), of(warnings, "warning"))
}

fn of(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Text of a file on a terminal: escape sequences must not act there.
fn shown(text: &str) -> String {
    let visible = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(visible).collect()
}
