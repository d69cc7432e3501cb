//! `[targets.x]`: where and as what something runs, and as what checks do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lastmile_protocol::{Need, TargetView, TeamName};
use lastmile_runbook::Concurrency;
use serde::Deserialize;

use super::duration::Seconds;
use super::file::known;
use super::{ConfigError, Target, Team, secret};
use crate::exec::FullOutput;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TargetEntry {
    pub(super) environment: String,
    pub(super) description: Option<String>,
    pub(super) team: Option<TeamName>,
    pub(super) command: Vec<String>,
    pub(super) env: BTreeMap<String, String>,
    pub(super) secrets: BTreeMap<String, secret::SecretEntry>,
    pub(super) may_run: Vec<TeamName>,
    pub(super) approve: Vec<String>,
    pub(super) timeout: Option<Seconds>,
    pub(super) grace: Option<Seconds>,
    pub(super) output: Option<u64>,
    pub(super) full_output: FullOutput,
    pub(super) processes: Option<u64>,
    pub(super) memory: Option<u64>,
    pub(super) workdir: Option<PathBuf>,
    pub(super) user: Option<String>,
    pub(super) concurrency: Option<Concurrency>,
    pub(super) checks: Option<ChecksEntry>,
}

/// What checks have instead; what is left out they have in common with all else.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ChecksEntry {
    command: Option<Vec<String>>,
    user: Option<String>,
    env: Option<BTreeMap<String, String>>,
    secrets: Option<BTreeMap<String, secret::SecretEntry>>,
}

/// As what scripts run: all that can be another for checks.
struct Access {
    command: Vec<String>,
    user: Option<String>,
    env: BTreeMap<String, String>,
    secrets: BTreeMap<String, secret::SecretSource>,
}

impl Access {
    fn check(self, place: &str) -> Result<Self, ConfigError> {
        if self.user.is_some() && !self.command.is_empty() {
            return Err(ConfigError::Contradiction(format!(
                "{place} has both a command and a user; let the command say as whom, such as [\"sudo\", \"-n\", \"-u\", \"app\", \"--\"]"
            )));
        }
        Ok(self)
    }

    /// As what checks run. A key replaces the target's own as a whole: a credential that checks are not given they must not have.
    fn for_checks(&self, entry: ChecksEntry, target: &str, beside: &Path) -> Result<Self, ConfigError> {
        let place = format!("[targets.{target}.checks]");
        if let ChecksEntry { command: None, user: None, env: None, secrets: None } = entry {
            return Err(ConfigError::Contradiction(format!(
                "{place} is empty; say what checks have of their own (command, user, env, secrets), or leave it out"
            )));
        }
        let own_secrets = entry.secrets.map(|secrets| secret::check(secrets, target, beside)).transpose()?;
        // A command of their own says as whom, too.
        let user = entry.user.or_else(|| self.user.clone().filter(|_| entry.command.is_none()));
        let access = Self {
            command: entry.command.unwrap_or_else(|| self.command.clone()),
            user,
            env: entry.env.unwrap_or_else(|| self.env.clone()),
            secrets: own_secrets.unwrap_or_else(|| self.secrets.clone()),
        };
        access.check(&place)
    }

    /// The target as whoever runs with this access has it.
    fn of(self, target: &Target) -> Target {
        let view = TargetView {
            command: self.command,
            user: self.user,
            variables: self.env.keys().cloned().collect(),
            secrets: self.secrets.keys().cloned().collect(),
            ..target.view.clone()
        };
        Target { view, env: self.env, secrets: self.secrets, checks: None, ..target.clone() }
    }
}

/// # Errors
/// If its parts contradict each other or name what there is not.
pub(super) fn check(
    name: String,
    entry: TargetEntry,
    teams: &BTreeMap<TeamName, Team>,
    beside: &Path,
) -> Result<(String, Target), ConfigError> {
    let place = format!("target `{name}`");
    if entry.environment.is_empty() {
        return Err(ConfigError::Contradiction(format!(
            "{place} has no environment label; add environment = \"prod\" or the like"
        )));
    }
    for team in entry.may_run.iter().chain(&entry.team) {
        known(teams, team, &place)?;
    }
    let approve = entry.approve.iter().map(|text| need(text, &name, teams)).collect::<Result<_, _>>()?;
    let secrets = secret::check(entry.secrets, &name, beside)?;
    let access =
        Access { command: entry.command, user: entry.user, env: entry.env, secrets }.check(&place)?;
    let checks = entry.checks.map(|checks| access.for_checks(checks, &name, beside)).transpose()?;
    let view = TargetView {
        name: name.clone(),
        environment: entry.environment,
        description: entry.description,
        team: entry.team,
        command: Vec::new(),
        user: None,
        variables: Vec::new(),
        secrets: Vec::new(),
    };
    let bare = Target {
        view,
        env: BTreeMap::new(),
        secrets: BTreeMap::new(),
        may_run: entry.may_run,
        approve,
        timeout_s: entry.timeout.map_or(60 * 60, |seconds| seconds.0),
        grace_s: entry.grace.map_or(10, |seconds| seconds.0),
        output_cap: entry.output.unwrap_or(1 << 30),
        full_output: entry.full_output,
        concurrency: entry.concurrency,
        processes: entry.processes,
        memory: entry.memory,
        workdir: entry.workdir,
        checks: None,
    };
    let checks = checks.map(|checks| Box::new(checks.of(&bare)));
    Ok((name, Target { checks, ..access.of(&bare) }))
}

/// `[N] TEAM`
fn need(text: &str, target: &str, teams: &BTreeMap<TeamName, Team>) -> Result<Need, ConfigError> {
    let place = format!("`approve` of target `{target}`");
    let wrong = || {
        ConfigError::Contradiction(format!(
            "{place} holds `{text}`; write it like \"netsec\" or \"2 netsec\""
        ))
    };
    let (count, team) = match *text.split_whitespace().collect::<Vec<_>>() {
        [team] => (1, team),
        [count, team] => (count.parse::<u32>().ok().filter(|count| *count > 0).ok_or_else(wrong)?, team),
        _ => return Err(wrong()),
    };
    let team = TeamName(team.to_owned());
    known(teams, &team, &place)?;
    Ok(Need { team, count, why: format!("target {target} asks for it") })
}
