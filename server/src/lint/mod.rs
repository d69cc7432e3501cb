//! The commands for authors: `lint`, `schema`, `new`, `import`.
//!
//! Here are files, formats and exit codes; what is right and wrong the crate `runbook` says.

mod command;
mod create;
mod disk;
mod files;
mod github;
mod import;
mod json;
mod known;
mod owners;
mod page;
mod sarif;
mod schema;
mod text;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;

use lastmile_runbook::Severity;
use lastmile_runbook::freshness::Day;
use lastmile_runbook::lint::{self, Known, Report};

pub use command::Command;
pub use create::create;
pub use import::import;
pub use known::known_to;
pub use page::page_problems;
pub use schema::{Schema, print as print_schema};

use crate::config::{Config, ConfigError, Overrides};
use disk::Disk;
use files::Source;

/// How reports are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: one line for each report, and the mend below it.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// Workflow commands: GitHub shows them in the changed files.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// What is asked of `lint`.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Files and folders; none: the configured folder.
    pub paths: Vec<PathBuf>,
    /// The server's config: its teams, targets and interpreters are then known.
    pub config: Option<PathBuf>,
    /// The runbook folder, if it is not the configured one.
    pub runbooks: Option<PathBuf>,
    /// How to write.
    pub format: Format,
    /// Warnings end it with exit code 1 too.
    pub deny_warnings: bool,
    /// The day on which reviews are overdue or not.
    pub today: Option<Day>,
}

/// Why nothing was linted.
#[derive(Debug, thiserror::Error)]
pub enum LintError {
    /// The config is refused.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A path can't be read.
    #[error("{0} can't be read: {1}")]
    Path(PathBuf, std::io::Error),
    /// A new runbook can't be written there.
    #[error("{0} can't be written: {1}")]
    Create(PathBuf, std::io::Error),
    /// The result can't be written out.
    #[error("the result can't be written: {0}")]
    Output(#[from] std::io::Error),
}

/// A report and the file in which it stands, as it is shown.
struct Located {
    file: String,
    report: Report,
}

/// Everything found.
#[derive(Default)]
struct Outcome {
    files: usize,
    located: Vec<Located>,
}

impl Outcome {
    fn count(&self, severity: Severity) -> usize {
        self.located.iter().filter(|it| it.report.problem.severity == severity).count()
    }
}

/// Lints, writes the result to `out`, and gives the exit code: 0, or 1 if there are errors (or denied warnings).
///
/// # Errors
/// If the config or a path can't be read, or `out` not be written.
pub fn run(request: &Request, out: &mut impl std::io::Write) -> Result<ExitCode, LintError> {
    let outcome = outcome(request)?;
    match request.format {
        Format::Text => text::write(&outcome, out),
        Format::Json => json::write(&outcome, out),
        Format::Github => github::write(&outcome, out),
        Format::Sarif => sarif::write(&outcome, out),
    }?;
    let failed = outcome.count(Severity::Error) > 0 || (request.deny_warnings && !outcome.located.is_empty());
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn outcome(request: &Request) -> Result<Outcome, LintError> {
    let overrides = Overrides { runbooks: request.runbooks.clone(), ..Overrides::default() };
    let config = Config::load(request.config.as_deref(), overrides)?;
    let server = request.config.is_some().then(|| known_to(&config));
    let paths = if request.paths.is_empty() { vec![config.runbooks.clone()] } else { request.paths.clone() };
    let sources = files::find(&paths, &config.runbooks)?;
    let mut disks: HashMap<PathBuf, Disk> = HashMap::new();
    let mut outcome = Outcome { files: sources.len(), ..Outcome::default() };
    for source in sources {
        let disk = disks.entry(source.root.clone()).or_insert_with(|| Disk::new(source.root.clone()));
        let of_config = request.config.as_ref().and_then(|_| source.slug_in(&config.runbooks));
        let owned = of_config.is_some_and(|slug| config.owner_of(&slug).is_some());
        let known = Known {
            server: server.as_ref(),
            folder: Some(disk),
            path: &source.path,
            owned: owned || disk.owned(&source.path),
            today: request.today,
        };
        let reports = reports(&source, disk, &known);
        outcome
            .located
            .extend(reports.into_iter().map(|report| Located { file: source.shown.clone(), report }));
    }
    Ok(outcome)
}

fn reports(source: &Source, disk: &Disk, known: &Known<'_>) -> Vec<Report> {
    match disk.text(&source.path) {
        Ok(text) => lint::lint(&text, &lastmile_runbook::parse(&text), known),
        Err(why) => vec![lint::unreadable(&why)],
    }
}
