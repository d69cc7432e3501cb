//! The config of the policy: where its files are, the zone of its hours, change freezes, error budgets.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use lastmile_protocol::Millis;
use serde::Deserialize;

use super::ConfigError;

/// What the policy's decisions rest on, besides people, teams and targets.
#[derive(Clone, Debug)]
pub struct PolicyConfig {
    /// The folder of the policy files; `None`: those inside the binary.
    pub folder: Option<PathBuf>,
    /// In which hours and week days are told.
    pub zone: TimeZone,
    /// A file of what is left of each target's error budget.
    pub error_budgets: Option<PathBuf>,
    /// When nothing should change.
    pub freezes: Vec<Freeze>,
}

impl PolicyConfig {
    /// A moment as the config writes it: `2026-12-20T18:00:00` in the zone, with an offset, or a date.
    #[must_use]
    pub fn moment(&self, text: &str) -> Option<Millis> {
        moment(text, &self.zone)
    }
}

/// A time in which nothing should change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// Its name, for reasons and policies.
    pub name: String,
    /// Its beginning.
    pub from: Millis,
    /// Its end: the first moment after it.
    pub until: Millis,
    /// Where it holds; with `targets` empty too: everywhere.
    pub environments: Vec<String>,
    /// Targets on which it holds.
    pub targets: Vec<String>,
}

impl Freeze {
    /// Whether it is in force there and then.
    #[must_use]
    pub fn holds(&self, target: &str, environment: &str, now: Millis) -> bool {
        let named = |names: &[String], name: &str| names.iter().any(|it| it == name);
        let everywhere = self.environments.is_empty() && self.targets.is_empty();
        (self.from.0..self.until.0).contains(&now.0)
            && (everywhere || named(&self.environments, environment) || named(&self.targets, target))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FreezeEntry {
    name: String,
    from: toml::value::Datetime,
    until: toml::value::Datetime,
    #[serde(default)]
    environments: Vec<String>,
    #[serde(default)]
    targets: Vec<String>,
}

/// What stands in the file.
#[derive(Default)]
pub(super) struct Given {
    pub(super) folder: Option<PathBuf>,
    pub(super) zone: Option<String>,
    pub(super) error_budgets: Option<PathBuf>,
    pub(super) freezes: Vec<FreezeEntry>,
}

/// `beside`: the config file's folder; `known`: whether a target or a label is configured.
pub(super) fn check(
    given: Given,
    beside: &Path,
    known: &dyn Fn(&str, Scope) -> bool,
) -> Result<PolicyConfig, ConfigError> {
    let zone = match &given.zone {
        Some(name) => TimeZone::get(name).map_err(|error| {
            ConfigError::Contradiction(format!(
                "zone = \"{name}\" is no time zone; write it like \"Europe/Berlin\" ({error})"
            ))
        })?,
        None => TimeZone::UTC,
    };
    let freezes =
        given.freezes.into_iter().map(|entry| freeze(entry, &zone, known)).collect::<Result<_, _>>()?;
    let absolute = |path: PathBuf| super::file::absolute(beside.join(path));
    Ok(PolicyConfig {
        folder: given.folder.map(absolute).transpose()?,
        zone,
        error_budgets: given.error_budgets.map(absolute).transpose()?,
        freezes,
    })
}

/// What a freeze is narrowed to.
#[derive(Clone, Copy)]
pub(super) enum Scope {
    Environment,
    Target,
}

fn freeze(
    entry: FreezeEntry,
    zone: &TimeZone,
    known: &dyn Fn(&str, Scope) -> bool,
) -> Result<Freeze, ConfigError> {
    let wrong = |what: String| ConfigError::Contradiction(format!("the freeze \"{}\" {what}", entry.name));
    for (names, scope, what) in
        [(&entry.environments, Scope::Environment, "environment"), (&entry.targets, Scope::Target, "target")]
    {
        // A freeze of nothing would be none.
        if let Some(name) = names.iter().find(|name| !known(name, scope)) {
            return Err(wrong(format!("names the {what} `{name}`, which no target has")));
        }
    }
    let moment = |at: &toml::value::Datetime| {
        moment(&at.to_string(), zone).ok_or_else(|| {
            wrong(format!("has a time `{at}` that can't be read; write it like 2026-12-20T18:00:00"))
        })
    };
    let (from, until) = (moment(&entry.from)?, moment(&entry.until)?);
    if until.0 <= from.0 {
        return Err(wrong("ends before it begins".to_owned()));
    }
    Ok(Freeze { name: entry.name, from, until, environments: entry.environments, targets: entry.targets })
}

/// A date means its beginning; a time without an offset is meant in the zone.
fn moment(text: &str, zone: &TimeZone) -> Option<Millis> {
    let local = |at: DateTime| zone.to_timestamp(at).ok();
    let at = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| {
            text.parse::<Date>().ok().filter(|_| text.len() == 10).and_then(|day| local(day.at(0, 0, 0, 0)))
        })
        .or_else(|| text.parse::<DateTime>().ok().and_then(local))?;
    Some(Millis(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freeze_is_told_in_the_zone_unless_it_says_otherwise() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let winter = |text| moment(text, &zone).map(|at| at.0 / 1000);
        assert_eq!(winter("2026-12-20T18:00:00Z"), Some(1_797_789_600));
        assert_eq!(winter("2026-12-20T18:00:00"), Some(1_797_789_600 - 3600));
        assert_eq!(winter("2026-12-20"), Some(1_797_789_600 - 19 * 3600));
        assert_eq!(winter("18:00:00"), None);
    }

    #[test]
    fn a_freeze_holds_from_its_beginning_up_to_its_end_where_it_says() {
        let freeze = Freeze {
            name: "year end".into(),
            from: Millis(10),
            until: Millis(20),
            environments: vec!["prod".into()],
            targets: vec!["db-qa".into()],
        };
        let holds = |target, environment, now| freeze.holds(target, environment, Millis(now));
        assert!(holds("bar", "prod", 10) && holds("db-qa", "qa", 19));
        assert!(!holds("bar", "prod", 9) && !holds("bar", "prod", 20) && !holds("bar", "qa", 15));
    }
}
