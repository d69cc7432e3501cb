//! Gates put together: per team the highest number wins, and a gate that nobody could open denies.

use lastmile_protocol::{Decision, Need, TeamName};

/// Per team the highest number; of equal ones the first, so the order of the parts decides whose reason is shown.
pub(super) fn strictest(all: impl IntoIterator<Item = Need>) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    for need in all {
        match needs.iter_mut().find(|had| had.team == need.team) {
            Some(had) if had.count >= need.count => {}
            Some(had) => *had = need,
            None => needs.push(need),
        }
    }
    needs
}

/// What follows from the needs, if the people are there who could agree.
pub(super) fn outcome(needs: Vec<Need>, others: &dyn Fn(&TeamName) -> Option<usize>) -> Decision {
    for need in &needs {
        match others(&need.team) {
            None => {
                let why = format!(
                    "The agreement of `{}` is asked for ({}), and the server's config has no such team.",
                    need.team, need.why
                );
                return Decision::Deny { why };
            }
            Some(others) if others < need.count as usize => {
                let why = format!(
                    "{} of {} must agree ({}), and only {others} could besides you.",
                    need.count, need.team, need.why
                );
                return Decision::Deny { why };
            }
            Some(_) => {}
        }
    }
    if needs.is_empty() { Decision::Allow } else { Decision::NeedsApproval { needs } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(team: &str, count: u32, why: &str) -> Need {
        Need { team: team.into(), count, why: why.into() }
    }

    #[test]
    fn the_highest_number_of_a_team_wins_and_brings_its_reason() {
        let all = [need("net", 1, "a"), need("net", 2, "b"), need("sre", 1, "c"), need("net", 2, "d")];
        assert_eq!(strictest(all), [need("net", 2, "b"), need("sre", 1, "c")]);
    }

    #[test]
    fn an_unknown_team_denies_because_nobody_could_ever_agree() {
        let none = |_: &TeamName| None;
        assert!(matches!(outcome(vec![need("net", 1, "x")], &none), Decision::Deny { .. }));
    }

    #[test]
    fn more_people_than_the_team_has_denies_at_once() {
        let two = |_: &TeamName| Some(2);
        assert!(matches!(outcome(vec![need("net", 3, "x")], &two), Decision::Deny { .. }));
        assert!(matches!(outcome(vec![need("net", 2, "x")], &two), Decision::NeedsApproval { .. }));
        assert_eq!(outcome(Vec::new(), &two), Decision::Allow);
    }
}
