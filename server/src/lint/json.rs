//! Reports as one JSON object, for other programs. Fields are only ever added.

use std::io::{self, Write};

use lastmile_runbook::Severity;
use serde_json::json;

use super::{Located, Outcome};

pub(super) fn write(outcome: &Outcome, out: &mut impl Write) -> io::Result<()> {
    let problem = |located: &Located| {
        let problem = &located.report.problem;
        json!({
            "file": located.file,
            "line": problem.line,
            "column": problem.column,
            "severity": problem.severity,
            "code": problem.code,
            "message": problem.message,
            "mend": located.report.mend,
            "action": problem.action,
        })
    };
    let all = json!({
        "runbooks": outcome.files,
        "errors": outcome.count(Severity::Error),
        "warnings": outcome.count(Severity::Warning),
        "problems": outcome.located.iter().map(problem).collect::<Vec<_>>(),
    });
    writeln!(out, "{all:#}")
}
