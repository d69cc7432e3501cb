//! Whom a way to sign in lets in, and which teams the groups that come with them make.

use std::collections::BTreeMap;

use lastmile_protocol::TeamName;
use serde::Deserialize;

/// Whom a way to sign in lets in, of all those whom it can name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Admit {
    /// Those of `[people]`, those whom `lastmile user add` added, and those whose groups make a team.
    #[default]
    Known,
    /// Everybody.
    Everybody,
}

/// Groups of somewhere else, and what they are here.
#[derive(Clone, Debug, Default)]
pub struct Admission {
    /// Whom it lets in.
    pub admit: Admit,
    /// By group, the teams of its members.
    pub teams: BTreeMap<String, Vec<TeamName>>,
}

impl Admission {
    /// The teams that somebody of these groups is in, each once.
    #[must_use]
    pub fn teams_of(&self, groups: &[String]) -> Vec<TeamName> {
        let mut teams: Vec<_> = groups.iter().filter_map(|group| self.teams.get(group)).flatten().collect();
        teams.sort();
        teams.dedup();
        teams.into_iter().cloned().collect()
    }

    /// Those of the groups that mean something here, sorted: of the others nothing needs to be kept.
    #[must_use]
    pub fn meaningful(&self, mut groups: Vec<String>) -> Vec<String> {
        groups.retain(|group| self.teams.contains_key(group));
        groups.sort();
        groups.dedup();
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn teams_of_several_groups_add_up_and_other_groups_mean_nothing() {
        let teams = |names: &[&str]| names.iter().map(|name| TeamName::from(*name)).collect::<Vec<_>>();
        let admission = Admission {
            teams: [("a".to_owned(), teams(&["net", "ops"])), ("b".to_owned(), teams(&["net"]))].into(),
            ..Admission::default()
        };
        let groups = ["b", "staff", "a", "b"].map(str::to_owned);
        assert_eq!(admission.teams_of(&groups), teams(&["net", "ops"]));
        assert_eq!(admission.meaningful(groups.to_vec()), ["a", "b"]);
        assert_eq!(admission.teams_of(&["A".to_owned()]), []);
    }
}
