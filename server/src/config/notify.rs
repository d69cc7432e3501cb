//! The config of letters: where teams get theirs, and how they are sent and signed.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::ConfigError;

/// Where a team gets its letters.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// An address that takes JSON by POST.
    pub webhook: Option<String>,
    /// People or lists.
    pub email: Vec<String>,
}

/// How letters are sent.
#[derive(Clone, Debug, Default)]
pub struct Notify {
    /// The mail relay: `smtp://relay:25`, `smtps://user:password@host`.
    pub smtp: Option<String>,
    /// The sender of mails.
    pub from: String,
    /// What webhooks are signed with.
    pub secret: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WaysEntry {
    webhook: Option<String>,
    email: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NotifyEntry {
    smtp: Option<String>,
    /// A file that holds it, where it has a password in it.
    smtp_file: Option<PathBuf>,
    from: Option<String>,
    secret_file: Option<PathBuf>,
}

/// `beside`: the folder that paths are relative to.
pub(super) fn check(given: NotifyEntry, beside: &Path) -> Result<Notify, ConfigError> {
    let read = |path: PathBuf| {
        let path = beside.join(path);
        let text =
            std::fs::read_to_string(&path).map_err(|error| ConfigError::Unreadable(path.clone(), error))?;
        Ok(text.trim().to_owned())
    };
    let smtp = match given.smtp_file {
        Some(path) => Some(read(path)?),
        None => given.smtp,
    };
    let secret = given.secret_file.map(read).transpose()?;
    if secret.as_ref().is_some_and(|secret| secret.len() < 16) {
        return Err(ConfigError::Contradiction(
            "secret_file of [notify] holds less than 16 characters; make it longer".to_owned(),
        ));
    }
    let from = given.from.unwrap_or_else(|| "Lastmile <lastmile@localhost>".to_owned());
    Ok(Notify { smtp, from, secret })
}

/// # Errors
/// If a mail could never be sent, or an address is none.
pub(super) fn ways(team: &str, given: &WaysEntry, notify: &Notify) -> Result<Ways, ConfigError> {
    let wrong = |what: &str| Err(ConfigError::Contradiction(format!("notify of team `{team}` {what}")));
    if given.webhook.as_ref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
        return wrong("has a webhook that is no http address");
    }
    if !given.email.is_empty() && notify.smtp.is_none() {
        return wrong("has email, but there is no smtp in [notify]");
    }
    if given.email.iter().any(|address| !address.contains('@')) {
        return wrong("has an email without @");
    }
    Ok(Ways { webhook: given.webhook.clone(), email: given.email.clone() })
}
