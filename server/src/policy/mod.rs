//! Who may run what, and who must agree. Pure: no I/O, no clock, no store.
//!
//! The strictest applicable rule wins: a target may refuse a person, a target's gate always applies, and the
//! document can only add to it.

use lastmile_protocol::{Decision, Need, Person, TeamName};

/// Everything that a decision may depend on.
#[derive(Clone)]
pub struct Question<'a> {
    /// Who asks.
    pub requester: &'a Person,
    /// The target's name, for the words of a refusal.
    pub target: &'a str,
    /// Teams that may run on the target; empty: everybody.
    pub may_run: &'a [TeamName],
    /// The target's gate.
    pub gate: &'a [Need],
    /// What the document asks for, of these inputs and this environment.
    pub document: &'a [(String, u32)],
    /// How many people of a team could agree besides the requester; `None`: there is no such team.
    pub others: &'a dyn Fn(&TeamName) -> Option<usize>,
}

/// What the policy says. Anything it can't judge is refused.
#[must_use]
pub fn decide(question: &Question<'_>) -> Decision {
    let teams = &question.requester.teams;
    if !question.may_run.is_empty() && !question.may_run.iter().any(|team| teams.contains(team)) {
        let who = question.may_run.iter().map(TeamName::as_str).collect::<Vec<_>>().join(" or ");
        return Decision::Deny {
            why: format!("Only {who} may run on {}. Ask one of them.", question.target),
        };
    }
    let needs = needs(question);
    for need in &needs {
        match (question.others)(&need.team) {
            None => {
                let why = format!(
                    "The runbook asks for the agreement of `{}`, and the server's config has no such team.",
                    need.team
                );
                return Decision::Deny { why };
            }
            Some(others) if others < need.count as usize => {
                let why = format!(
                    "{} of {} must agree, and only {others} could besides you.",
                    need.count, need.team
                );
                return Decision::Deny { why };
            }
            Some(_) => {}
        }
    }
    if needs.is_empty() { Decision::Allow } else { Decision::NeedsApproval { needs } }
}

/// The gate and the document together: per team the highest number.
fn needs(question: &Question<'_>) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    let document = question.document.iter().map(|(team, count)| Need {
        team: TeamName(team.clone()),
        count: *count,
        why: "the runbook asks for it".to_owned(),
    });
    for need in question.gate.iter().cloned().chain(document) {
        match needs.iter_mut().find(|had| had.team == need.team) {
            Some(had) if had.count >= need.count => {}
            Some(had) => *had = need,
            None => needs.push(need),
        }
    }
    needs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(team: &str) -> Person {
        Person { id: "noc".into(), name: "Nora".into(), teams: vec![team.into()] }
    }

    fn ask(may_run: &[TeamName], gate: &[Need], document: &[(String, u32)]) -> Decision {
        let others = |team: &TeamName| (team.as_str() != "nobody").then_some(2);
        let requester = person("noc");
        decide(&Question {
            requester: &requester,
            target: "bar-prod",
            may_run,
            gate,
            document,
            others: &others,
        })
    }

    fn need(team: &str, count: u32) -> Need {
        Need { team: team.into(), count, why: "the target asks for it".into() }
    }

    #[test]
    fn an_open_target_without_gates_lets_a_signed_in_person_run() {
        assert_eq!(ask(&[], &[], &[]), Decision::Allow);
    }

    #[test]
    fn a_target_of_other_teams_refuses_and_says_whom_to_ask() {
        let Decision::Deny { why } = ask(&["sre".into()], &[], &[]) else { panic!("it must be refused") };
        assert!(why.contains("sre"), "{why}");
    }

    #[test]
    fn the_document_can_raise_a_gate_but_never_lower_it() {
        let gate = [need("netsec", 2)];
        assert_eq!(
            ask(&[], &gate, &[("netsec".into(), 1)]),
            Decision::NeedsApproval { needs: gate.to_vec() }
        );
        let Decision::NeedsApproval { needs } = ask(&[], &[need("netsec", 1)], &[("netsec".into(), 2)])
        else {
            panic!("it must ask")
        };
        assert_eq!(needs[0].count, 2);
    }

    #[test]
    fn an_unknown_team_denies_because_nobody_could_ever_agree() {
        assert!(matches!(ask(&[], &[], &[("nobody".into(), 1)]), Decision::Deny { .. }));
    }

    #[test]
    fn more_people_than_the_team_has_denies_at_once() {
        assert!(matches!(ask(&[], &[need("netsec", 3)], &[]), Decision::Deny { .. }));
    }
}
