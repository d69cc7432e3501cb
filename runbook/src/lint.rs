//! What is worth a word in a runbook besides what the parser finds: rules, without disk and clock.
//!
//! The parser's problems and these stand in one list, each with its mend. What a rule must know from elsewhere (teams,
//! targets, the other files, today) comes in as [`Known`]; what is not known is not judged.

mod fence_looks;
mod folder;
mod freshness;
mod gates;
mod inputs;
mod language;
mod links;
mod place;
mod rules;
mod scripts;
mod sections;
mod survey;

use std::collections::HashSet;

pub use folder::{Folder, Found};
pub use rules::{RULES, Rule, rule};

use crate::{
    Problem, Runbook, Severity,
    freshness::Day,
    position::{Lines, Position},
};
pub(crate) use language::guess;
use survey::Survey;
pub(crate) use survey::{CodeAt, survey};

/// One problem and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What is wrong, and where.
    pub problem: Problem,
    /// A short "do this".
    pub mend: String,
}

/// What is known besides the file itself. [`Default`]: nothing, so only what the file alone shows is reported.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    /// The server's config.
    pub server: Option<&'a Server>,
    /// The folder in which the file stands.
    pub folder: Option<&'a dyn Folder>,
    /// The file's path in that folder, with `/` and with its ending.
    pub path: &'a str,
    /// Who owns the file by other means than its front matter: the server's config, an `OWNERS` file.
    pub owned: bool,
    /// The day on which it is read.
    pub today: Option<Day>,
}

/// What a server's config knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// Names of teams.
    pub teams: HashSet<String>,
    /// Names of targets.
    pub targets: HashSet<String>,
    /// Languages that have an interpreter, lower case; the empty one means fences without a language.
    pub languages: HashSet<String>,
}

/// Every problem of a file, those of [`Runbook::problems`] included, in the order of lines.
///
/// `runbook` must be what [`crate::parse`] gave for `source`.
#[must_use]
pub fn lint(source: &str, runbook: &Runbook, known: &Known<'_>) -> Vec<Report> {
    let source = source.strip_prefix('\u{FEFF}').unwrap_or(source);
    let lines = Lines::new(source);
    let survey = survey(source, &lines);
    let file = File { runbook, lines: &lines, survey: &survey, known };
    let mut reports: Vec<Report> = runbook.problems.iter().cloned().map(of_parser).collect();
    fence_looks::check(&file, &mut reports);
    language::check(&file, &mut reports);
    links::check(&file, &mut reports);
    freshness::check(&file, &mut reports);
    sections::check(&file, &mut reports);
    gates::check(&file, &mut reports);
    scripts::check(&file, &mut reports);
    inputs::check(&file, &mut reports);
    reports.sort_by_key(|report| (report.problem.line, report.problem.column));
    reports
}

/// The report for a file that is no text, too large, or not to be opened.
#[must_use]
pub fn unreadable(why: &str) -> Report {
    report("unreadable", Position { line: 1, column: 1 }, why)
}

/// The anchors that links into this file may name.
#[must_use]
pub fn anchors(source: &str, runbook: &Runbook) -> HashSet<String> {
    let source = source.strip_prefix('\u{FEFF}').unwrap_or(source);
    let survey = survey(source, &Lines::new(source));
    links::anchors(runbook, &survey)
}

/// What every rule looks at.
struct File<'a> {
    runbook: &'a Runbook,
    lines: &'a Lines<'a>,
    survey: &'a Survey,
    known: &'a Known<'a>,
}

fn of_parser(problem: Problem) -> Report {
    let mend = rule(&problem.code).map_or("Correct it.", |rule| rule.mend).to_owned();
    Report { problem, mend }
}

/// A report with the mend and the severity that its rule has.
fn report(code: &'static str, at: Position, message: impl Into<String>) -> Report {
    let rule = rule(code);
    let problem = Problem {
        severity: rule.map_or(Severity::Warning, |rule| rule.severity),
        code: code.to_owned(),
        message: message.into(),
        line: at.line,
        column: at.column,
        action: None,
    };
    Report { problem, mend: rule.map_or("Correct it.", |rule| rule.mend).to_owned() }
}

impl Report {
    fn mend(self, mend: impl Into<String>) -> Self {
        Self { mend: mend.into(), ..self }
    }

    fn of_action(mut self, name: &str) -> Self {
        self.problem.action = Some(name.to_owned());
        self
    }

    fn only_warns(mut self) -> Self {
        self.problem.severity = Severity::Warning;
        self
    }
}
