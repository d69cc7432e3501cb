//! The config of who is on call for a team: a command or an address that tells it as JSON.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::ConfigError;
use super::duration::Seconds;

/// Where it is told who is on call.
#[derive(Clone, Debug)]
pub struct OnCallSource {
    /// How it is asked.
    pub ask: Ask,
    /// Where in the JSON the people stand: parts between dots, `*` for every entry of a list; empty: the whole.
    pub people: String,
    /// How long an answer holds.
    pub refresh: Duration,
}

/// How it is asked.
#[derive(Clone, Debug)]
pub enum Ask {
    /// A command with its arguments, run in this folder.
    Command(Vec<String>, PathBuf),
    /// An address, and a header to send, such as an authorization.
    Url(String, Option<(String, String)>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OnCallEntry {
    command: Option<Vec<String>>,
    url: Option<String>,
    header_file: Option<PathBuf>,
    #[serde(default)]
    people: String,
    refresh: Option<Seconds>,
}

/// `beside`: the folder that commands run in and paths are relative to.
///
/// # Errors
/// If it could never be asked.
pub(super) fn check(team: &str, given: &OnCallEntry, beside: &Path) -> Result<OnCallSource, ConfigError> {
    let wrong = |what: &str| ConfigError::Contradiction(format!("on_call of team `{team}` {what}"));
    let header = match &given.header_file {
        None => None,
        Some(path) => {
            let path = beside.join(path);
            let text =
                std::fs::read_to_string(&path).map_err(|error| ConfigError::Unreadable(path, error))?;
            let header =
                text.trim().split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
            Some(header.ok_or_else(|| wrong("has a header_file that does not hold NAME: VALUE"))?)
        }
    };
    let ask = match (&given.command, &given.url) {
        (Some(command), None) if !command.is_empty() => Ask::Command(command.clone(), beside.to_path_buf()),
        (None, Some(url)) if url.starts_with("http://") || url.starts_with("https://") => {
            Ask::Url(url.clone(), header)
        }
        _ => return Err(wrong("needs a command or a url, and not both")),
    };
    let refresh = Duration::from_secs(given.refresh.map_or(60, |seconds| seconds.0.max(1)));
    Ok(OnCallSource { ask, people: given.people.clone(), refresh })
}
