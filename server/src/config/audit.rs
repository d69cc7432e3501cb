//! The config of the audit record: who may read it, and where its signed checkpoints go.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lastmile_protocol::TeamName;
use serde::Deserialize;

use super::duration::Seconds;
use super::file::{absolute, known, millis};
use super::{ConfigError, Team};

/// The key's name in the data folder.
const KEY: &str = "audit-key";

/// How the audit record is read and sealed.
#[derive(Clone, Debug)]
pub struct AuditConfig {
    /// Teams that may read it; empty: nobody.
    pub may_read: Vec<TeamName>,
    /// What checkpoints are signed with.
    pub key_file: PathBuf,
    /// Where checkpoints go; `None`: none are made.
    pub seal: Option<Seal>,
}

/// Where checkpoints go, and how often.
#[derive(Clone, Debug)]
pub struct Seal {
    /// A file that each is appended to.
    pub file: Option<PathBuf>,
    /// An address that takes each as JSON by POST.
    pub webhook: Option<String>,
    /// Milliseconds after which a record that has grown is sealed.
    pub every_ms: i64,
    /// Entries after which it is sealed at once.
    pub entries: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AuditGiven {
    pub(super) may_read: Vec<TeamName>,
    key_file: Option<PathBuf>,
    checkpoint_file: Option<PathBuf>,
    checkpoint_webhook: Option<String>,
    checkpoint_every: Option<Seconds>,
    checkpoint_entries: Option<u64>,
}

/// `beside`: the folder that paths are relative to.
pub(super) fn check(
    given: AuditGiven,
    teams: &BTreeMap<TeamName, Team>,
    data: &Path,
    beside: &Path,
) -> Result<AuditConfig, ConfigError> {
    let wrong = |what: &str| Err(ConfigError::Contradiction(format!("[audit] {what}")));
    for team in &given.may_read {
        known(teams, team, "`may_read` of [audit]")?;
    }
    let somewhere = given.checkpoint_file.is_some() || given.checkpoint_webhook.is_some();
    if !somewhere && (given.checkpoint_every.is_some() || given.checkpoint_entries.is_some()) {
        return wrong(
            "says how often checkpoints are made, but not where they go; add checkpoint_file or checkpoint_webhook",
        );
    }
    let is_http = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    if given.checkpoint_webhook.as_ref().is_some_and(|url| !is_http(url)) {
        return wrong("has a checkpoint_webhook that is no http address");
    }
    if given.checkpoint_entries == Some(0) || given.checkpoint_every.is_some_and(|every| every.0 == 0) {
        return wrong(
            "makes checkpoints all the time; leave checkpoint_entries and checkpoint_every out, or make them 1 and 1s at least",
        );
    }
    let path = |path: PathBuf| absolute(beside.join(path));
    let seal = Seal {
        file: given.checkpoint_file.map(path).transpose()?,
        webhook: given.checkpoint_webhook,
        every_ms: millis(given.checkpoint_every, 5 * 60),
        entries: given.checkpoint_entries.unwrap_or(1000),
    };
    Ok(AuditConfig {
        may_read: given.may_read,
        key_file: given.key_file.map_or_else(|| Ok(data.join(KEY)), path)?,
        seal: somewhere.then_some(seal),
    })
}
