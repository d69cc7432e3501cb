//! `lastmile doctor`: what this machine gives, and what a run has of it.
//!
//! Each finding is one line with a verdict. Nothing is changed but for files that are made in the data folder to measure
//! it, and removed again.

mod commands;
mod disk;
mod kernel;
mod provider;
mod secrets;

use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::config::Config;

/// How good a finding is.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All that Lastmile can use.
    Ok,
    /// It works, with less.
    Limited,
    /// Something will not work.
    Bad,
}

/// What was looked at, and how it stands.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub name: String,
    /// How good it is.
    pub verdict: Verdict,
    /// What was found and what it means, in a sentence.
    pub text: String,
}

impl Finding {
    fn new(name: impl Into<String>, verdict: Verdict, text: impl Into<String>) -> Self {
        Self { name: name.into(), verdict, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Limited => "limited",
            Verdict::Bad => "BAD",
        };
        write!(f, "{verdict:<8} {:<16} {}", self.name, self.text)
    }
}

/// Looks at everything.
#[must_use]
pub fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![kernel::pidfd(), kernel::cgroup(), kernel::user_namespaces(), kernel::user()];
    findings.extend(disk::findings(&config.data));
    findings.extend(commands::interpreters(&config.languages));
    findings.extend(commands::wrappers(config));
    findings.extend(secrets::findings(config));
    findings.extend(config.auth.oidc.as_ref().map(|oidc| provider::finding(config, oidc)));
    let users = crate::users::problems(config);
    findings.extend(users.into_iter().map(|problem| Finding::new("users", Verdict::Bad, problem)));
    findings.push(commands::tool("git", &["--version"], "runbooks of a git checkout can name their commit"));
    findings.push(commands::tool("ssh", &["-V"], "targets can be reached by ssh"));
    findings
}

/// Prints the findings and gives the worst.
///
/// # Errors
/// When the config can't be read, or the report not be written.
pub fn doctor(
    config_file: Option<&Path>,
    overrides: crate::config::Overrides,
    json: bool,
) -> anyhow::Result<Verdict> {
    use std::io::Write as _;
    let config = Config::load(config_file, overrides)?;
    let findings = examine(&config);
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &findings)?;
        writeln!(out)?;
    } else {
        for finding in &findings {
            writeln!(out, "{finding}")?;
        }
    }
    Ok(findings.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Ok))
}
