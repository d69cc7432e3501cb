//! `[targets.x.secrets]`: where the values of a target's secrets come from. Never a value itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::ConfigError;

/// Where a secret's value is read from, each time that a run needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// A file's text, without one final line end.
    File(PathBuf),
    /// A variable of the server's own environment.
    Env(String),
    /// What a command prints, without one final line end.
    Command(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SecretEntry {
    file: Option<PathBuf>,
    env: Option<String>,
    command: Option<Vec<String>>,
}

/// Files are relative to `beside`, the config file's folder.
pub(super) fn check(
    entries: BTreeMap<String, SecretEntry>,
    target: &str,
    beside: &Path,
) -> Result<BTreeMap<String, SecretSource>, ConfigError> {
    let source = |(name, entry): (String, SecretEntry)| {
        if !is_input_name(&name) {
            return Err(ConfigError::Contradiction(format!(
                "target `{target}` has a secret `{name}`, which no input can be called; use letters, digits and _"
            )));
        }
        let place = format!("the secret `{name}` of target `{target}`");
        let source = self::source(entry, &place, beside)?;
        Ok((name, source))
    };
    entries.into_iter().map(source).collect()
}

/// One source, for the secret that `place` names. A file is relative to `beside`.
pub(super) fn source(entry: SecretEntry, place: &str, beside: &Path) -> Result<SecretSource, ConfigError> {
    match (entry.file, entry.env, entry.command) {
        (Some(file), None, None) => Ok(SecretSource::File(super::file::absolute(beside.join(file))?)),
        (None, Some(variable), None) if !variable.is_empty() => Ok(SecretSource::Env(variable)),
        (None, None, Some(words)) if !words.is_empty() => Ok(SecretSource::Command(words)),
        _ => Err(ConfigError::Contradiction(format!(
            "{place} needs exactly one source; write it like {{ file = \"/etc/lastmile/secret\" }}, {{ env = \"VARIABLE\" }} or {{ command = [\"program\", \"argument\"] }}"
        ))),
    }
}

fn is_input_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
