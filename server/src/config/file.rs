//! What may stand in the config file, and the step from there to a checked [`Config`].

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use lastmile_protocol::{AuthMode, Person, PersonId, TeamName};
use serde::Deserialize;

use super::duration::Seconds;
use super::{
    ApprovalRules, Config, Overrides, Team, audit, auth, demo, language, notify, on_call, owner, policy,
    retention, target,
};

/// Why the server can't start with this config.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("the config file {0} can't be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// The file is no TOML, or holds something unknown.
    #[error("the config file {0} is refused: {1}")]
    Malformed(PathBuf, toml::de::Error),
    /// The parts don't fit together.
    #[error("the config is refused: {0}")]
    Contradiction(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    listen: Option<SocketAddr>,
    data: Option<PathBuf>,
    runbooks: Option<PathBuf>,
    url: Option<String>,
    auth: auth::Given,
    pub(super) audit: audit::AuditGiven,
    pub(super) people: BTreeMap<String, PersonEntry>,
    pub(super) teams: BTreeMap<String, TeamEntry>,
    pub(super) targets: BTreeMap<String, target::TargetEntry>,
    languages: BTreeMap<String, Vec<String>>,
    approval: Approval,
    notify: notify::NotifyEntry,
    retention: retention::RetentionEntry,
    policies: Option<PathBuf>,
    zone: Option<String>,
    error_budgets: Option<PathBuf>,
    freezes: Vec<policy::FreezeEntry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonEntry {
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) teams: Vec<TeamName>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamEntry {
    #[serde(default)]
    pub(super) owns: Vec<String>,
    #[serde(default)]
    pub(super) notify: notify::WaysEntry,
    pub(super) second: Option<TeamName>,
    pub(super) on_call: Option<on_call::OnCallEntry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Approval {
    expires: Option<Seconds>,
    auto_start: Option<Seconds>,
    review: Option<Seconds>,
    hand_on: Option<Seconds>,
    hand_on_incident: Option<Seconds>,
}

pub(super) fn read(path: &Path) -> Result<File, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable(path.into(), error))?;
    parse(&text, path)
}

pub(super) fn parse(text: &str, path: &Path) -> Result<File, ConfigError> {
    toml::from_str(text).map_err(|error| ConfigError::Malformed(path.into(), error))
}

/// `beside`: the folder that paths of the policy are relative to: the config file's.
pub(super) fn check(file: Option<File>, beside: &Path, overrides: Overrides) -> Result<Config, ConfigError> {
    let from_demo = file.is_none();
    let mut file = file.unwrap_or_default();
    let listen = overrides.listen.or(file.listen).unwrap_or_else(|| ([127, 0, 0, 1], 7777).into());
    let data = absolute(overrides.data.or(file.data.take()).unwrap_or_else(|| "data".into()))?;
    let runbooks =
        absolute(overrides.runbooks.or(file.runbooks.take()).unwrap_or_else(|| "runbooks".into()))?;
    if from_demo {
        demo::fill(&mut file, &runbooks, &data);
    }
    let auth = auth::check(std::mem::take(&mut file.auth), beside)?;
    if !listen.ip().is_loopback() && (from_demo || auth.modes.contains(&AuthMode::Demo)) {
        return Err(ConfigError::Contradiction(format!(
            "demo sign-in lets anybody be anybody, so it works on loopback only, and {listen} is not; listen on 127.0.0.1, or give a config file with another [auth] mode"
        )));
    }
    let url = overrides.url.or(file.url.take()).map(|url| url.trim_end_matches('/').to_owned());
    auth::check_reach(&auth, listen, url.as_deref())?;
    let notify = notify::check(std::mem::take(&mut file.notify), beside)?;
    let teams = teams(&file, &notify, beside)?;
    owner::check(&teams)?;
    known_by_groups(&auth, &teams)?;
    let policy = policy_of(&mut file, beside)?;
    let audit = audit::check(std::mem::take(&mut file.audit), &teams, &data, beside)?;
    let people = people(file.people, &teams)?;
    Ok(Config {
        policy,
        notify,
        audit,
        listen,
        data,
        runbooks,
        url,
        dev_origin: overrides.dev_origin,
        auth,
        people,
        targets: file
            .targets
            .into_iter()
            .map(|(name, entry)| target::check(name, entry, &teams, beside))
            .collect::<Result<_, _>>()?,
        teams,
        languages: language::check(file.languages)?,
        retention: retention::check(&file.retention),
        approval: ApprovalRules {
            expires_ms: millis(file.approval.expires, 60 * 60),
            auto_start_ms: millis(file.approval.auto_start, 10 * 60),
            hand_on_ms: millis(file.approval.hand_on, 30 * 60),
            hand_on_incident_ms: millis(file.approval.hand_on_incident, 5 * 60),
            review_ms: millis(file.approval.review, 24 * 60 * 60),
        },
    })
}

fn policy_of(file: &mut File, beside: &Path) -> Result<policy::PolicyConfig, ConfigError> {
    let given = policy::Given {
        folder: file.policies.take(),
        zone: file.zone.take(),
        error_budgets: file.error_budgets.take(),
        freezes: std::mem::take(&mut file.freezes),
    };
    let known = |name: &str, scope| match scope {
        policy::Scope::Target => file.targets.contains_key(name),
        policy::Scope::Environment => file.targets.values().any(|target| target.environment == name),
    };
    policy::check(given, beside, &known)
}

pub(super) fn absolute(path: PathBuf) -> Result<PathBuf, ConfigError> {
    std::path::absolute(&path).map_err(|error| ConfigError::Unreadable(path, error))
}

pub(super) fn millis(given: Option<Seconds>, default_s: u64) -> i64 {
    let seconds = given.map_or(default_s, |seconds| seconds.0);
    i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX / 4)
}

/// Teams are those of `[teams]` and those that people are in.
fn teams(
    file: &File,
    notify: &notify::Notify,
    beside: &Path,
) -> Result<BTreeMap<TeamName, Team>, ConfigError> {
    let of_people = file.people.values().flat_map(|entry| entry.teams.iter().cloned());
    let mut teams: BTreeMap<TeamName, Team> = of_people.map(|name| (name, Team::default())).collect();
    for (name, entry) in &file.teams {
        let notify = notify::ways(name, &entry.notify, notify)?;
        let second = entry.second.clone();
        let on_call = entry.on_call.as_ref().map(|entry| on_call::check(name, entry, beside)).transpose()?;
        teams.insert(TeamName(name.clone()), Team { owns: entry.owns.clone(), notify, second, on_call });
    }
    for (name, team) in &teams {
        if let Some(second) = &team.second {
            known(&teams, second, &format!("`second` of team `{name}`"))?;
        }
    }
    Ok(teams)
}

pub(super) fn known(
    teams: &BTreeMap<TeamName, Team>,
    name: &TeamName,
    place: &str,
) -> Result<(), ConfigError> {
    if teams.contains_key(name) {
        return Ok(());
    }
    Err(ConfigError::Contradiction(format!(
        "{place} names the team `{name}`, which is neither in [teams] nor anybody's team"
    )))
}

/// What groups of elsewhere make must be teams here.
fn known_by_groups(auth: &auth::AuthConfig, teams: &BTreeMap<TeamName, Team>) -> Result<(), ConfigError> {
    for (mode, place) in [(AuthMode::Proxy, "[auth.proxy.teams]"), (AuthMode::Oidc, "[auth.oidc.teams]")] {
        let made = auth.admission(mode).into_iter().flat_map(|admission| admission.teams.values().flatten());
        for team in made {
            known(teams, team, place)?;
        }
    }
    Ok(())
}

fn people(
    entries: BTreeMap<String, PersonEntry>,
    teams: &BTreeMap<TeamName, Team>,
) -> Result<BTreeMap<PersonId, Person>, ConfigError> {
    let person = |(id, entry): (String, PersonEntry)| {
        for team in &entry.teams {
            known(teams, team, &format!("person `{id}`"))?;
        }
        let name = entry.name.unwrap_or_else(|| id.clone());
        let id = PersonId(id);
        Ok((id.clone(), Person { id, name, teams: entry.teams }))
    };
    entries.into_iter().map(person).collect()
}
