//! Which team owns a runbook: by its path, as the config says. Nothing in a file can change that.

use std::collections::BTreeMap;

use lastmile_protocol::TeamName;

use super::{ConfigError, Team};

/// The team whose pattern fits the slug best: the longest wins.
pub(super) fn of<'a>(teams: &'a BTreeMap<TeamName, Team>, slug: &str) -> Option<&'a TeamName> {
    teams
        .iter()
        .flat_map(|(name, team)| team.owns.iter().map(move |pattern| (pattern, name)))
        .filter(|(pattern, _)| fits(pattern, slug))
        .max_by_key(|(pattern, _)| pattern.len())
        .map(|(_, name)| name)
}

/// Two teams with the same pattern would leave it to chance.
pub(super) fn check(teams: &BTreeMap<TeamName, Team>) -> Result<(), ConfigError> {
    let mut seen: BTreeMap<&str, &TeamName> = BTreeMap::new();
    for (name, team) in teams {
        for pattern in &team.owns {
            if let Some(other) = seen.insert(pattern, name).filter(|other| *other != name) {
                return Err(ConfigError::Contradiction(format!(
                    "both {other} and {name} own \"{pattern}\"; a runbook has one owner"
                )));
            }
        }
    }
    Ok(())
}

/// Without a `*` it is how the slug starts. `*` stands for letters of one part, `**` for any number of parts.
fn fits(pattern: &str, slug: &str) -> bool {
    if pattern.contains('*') { glob(pattern, slug) } else { slug.starts_with(pattern) }
}

fn glob(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == text };
    let Some(rest) = text.strip_prefix(before) else { return false };
    let (after, crosses) = after.strip_prefix('*').map_or((after, false), |after| (after, true));
    let reach = if crosses { rest.len() } else { rest.find('/').unwrap_or(rest.len()) };
    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]).take_while(|at| *at <= reach);
    ends.into_iter().any(|at| rest.get(at..).is_some_and(|rest| glob(after, rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_prefixes_or_globs() {
        for (pattern, slug, expected) in [
            ("", "bar/open", true),
            ("bar/", "bar/open", true),
            ("bar/", "barn/open", false),
            ("*/dns", "net/dns", true),
            ("*/dns", "net/eu/dns", false),
            ("**/dns", "net/eu/dns", true),
            ("net/**", "net/eu/dns", true),
            ("net/*", "net/eu/dns", false),
            ("net/*-eu", "net/dns-eu", true),
            ("net/*-eu", "net/dns-eu-2", false),
            ("*", "bär", true),
        ] {
            assert_eq!(fits(pattern, slug), expected, "{pattern} {slug}");
        }
    }
}
