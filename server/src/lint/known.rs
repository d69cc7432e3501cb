//! What the linter may know of a config.

use lastmile_runbook::lint::Server;

use crate::config::Config;

/// The teams, targets and languages of a config.
#[must_use]
pub fn known_to(config: &Config) -> Server {
    Server {
        teams: config.teams.keys().map(|team| team.as_str().to_owned()).collect(),
        targets: config.targets.keys().cloned().collect(),
        languages: config.languages.keys().cloned().collect(),
    }
}
