//! Reports as SARIF 2.1.0 (OASIS), for code scanning.

use std::io::{self, Write};

use lastmile_runbook::Severity;
use lastmile_runbook::lint::{RULES, Rule};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Located, Outcome};

/// What can't stand in a path of a URI.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b':')
    .add(b'\\');

pub(super) fn write(outcome: &Outcome, out: &mut impl Write) -> io::Result<()> {
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "lastmile",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": RULES.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": outcome.located.iter().map(result).collect::<Vec<_>>(),
        }],
    });
    writeln!(out, "{log:#}")
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": {"text": rule.about},
        "help": {"text": rule.mend},
        "defaultConfiguration": {"level": level(rule.severity)},
    })
}

fn result(located: &Located) -> Value {
    let problem = &located.report.problem;
    let mut result = json!({
        "ruleId": problem.code,
        "level": level(problem.severity),
        "message": {"text": format!("{} {}", problem.message, located.report.mend)},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri(&located.file)},
            "region": {"startLine": problem.line, "startColumn": problem.column},
        }}],
    });
    if let Some(index) = RULES.iter().position(|rule| rule.code == problem.code) {
        result["ruleIndex"] = json!(index);
    }
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Relative to where the linter was started, which in a workflow is the checkout.
fn uri(file: &str) -> String {
    let path = utf8_percent_encode(file, PATH).to_string();
    if file.starts_with('/') { format!("file://{path}") } else { path }
}
