//! What `lastmile policy check` finds: files that would be refused, and gates that could never open.

use std::collections::BTreeSet;

use lastmile_protocol::{Digest, TeamName};

use super::load;
use crate::config::Config;
use crate::people::Roll;
use crate::policy::{Asked, Fault, Policies, Whom};

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// Why the files are refused.
    pub(super) faults: Vec<Fault>,
    /// What will hurt later.
    pub(super) warnings: Vec<String>,
    /// The digest, if they are taken.
    pub(super) digest: Option<Digest>,
    pub(super) count: usize,
}

pub(super) fn check(config: &Config, roll: &Roll) -> Checked {
    match load(config) {
        Err(refused) => Checked { faults: refused.faults, ..Checked::default() },
        Ok(policies) => {
            let odd = policies.warnings().iter().map(ToString::to_string);
            Checked {
                warnings: odd.chain(deadlocks(config, roll, &policies)).collect(),
                digest: Some(policies.digest().clone()),
                count: policies.count(),
                faults: Vec::new(),
            }
        }
    }
}

/// Gates that a team is too small for, and gates that would ask a team that is not there.
fn deadlocks(config: &Config, roll: &Roll, policies: &Policies) -> Vec<String> {
    let mut found = BTreeSet::new();
    for (id, asked) in policies.gates() {
        let (teams, nobody) = asked_teams(config, asked);
        let place = format!("policy {id}");
        found.extend(teams.into_iter().filter_map(|team| too_small(roll, &place, team, asked.count)));
        found.extend(
            nobody.map(|nobody| format!("{place}: {nobody}, so whatever it holds for is refused there")),
        );
    }
    for (id, asked) in policies.reviews() {
        let (teams, _) = asked_teams(config, asked);
        let alone = teams.into_iter().filter(|team| roll.size_of(team) < 2);
        found.extend(alone.map(|team| {
            let size = roll.size_of(team);
            format!(
                "policy {id}: one of {team} reviews, and it has {size}: its own people can't break the glass"
            )
        }));
    }
    for (name, target) in &config.targets {
        let place = format!("approve of target {name}");
        found
            .extend(target.approve.iter().filter_map(|need| too_small(roll, &place, &need.team, need.count)));
    }
    found.into_iter().collect()
}

fn asked_teams<'a>(config: &'a Config, asked: &'a Asked) -> (BTreeSet<&'a TeamName>, Option<String>) {
    match &asked.whom {
        Whom::Team(team) => ([team].into(), None),
        Whom::TargetTeam => {
            let all = config.targets.iter();
            let without: Vec<_> =
                all.filter(|(_, it)| it.view.team.is_none()).map(|(name, _)| name.as_str()).collect();
            let teams = config.targets.values().filter_map(|target| target.view.team.as_ref()).collect();
            let nobody = (!without.is_empty()).then(|| format!("no team answers for {}", without.join(", ")));
            (teams, nobody)
        }
        Whom::RunbookOwner => {
            let owners = config.teams.iter().filter(|(_, team)| !team.owns.is_empty());
            (owners.map(|(name, _)| name).collect(), None)
        }
    }
}

fn too_small(roll: &Roll, place: &str, team: &TeamName, count: u32) -> Option<String> {
    let size = roll.size_of(team);
    let wanted = count as usize;
    if size < wanted {
        return Some(format!(
            "{place}: {count} of {team} must agree, and it has {size}: the gate never opens"
        ));
    }
    (size == wanted).then(|| {
        format!(
            "{place}: {count} of {team} must agree, and it has {size}: its own people can never get a yes"
        )
    })
}
