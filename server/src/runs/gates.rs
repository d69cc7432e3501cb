//! Which gates are worth having: answers counted per team and action, never per person. Pure.

use std::collections::{BTreeMap, BTreeSet};

use lastmile_protocol::{Answer, Gate, GateVerdicts, Judgement, RightCall, Slug, TeamName};

use crate::store::AnswerFact;

/// The gates of these answers, those with most answers first.
pub(super) fn report(facts: Vec<AnswerFact>) -> Vec<Gate> {
    let mut by_gate = BTreeMap::<(TeamName, Slug, String), Vec<AnswerFact>>::new();
    for fact in facts {
        let key = (fact.team.clone(), fact.runbook.clone(), fact.action.clone());
        by_gate.entry(key).or_default().push(fact);
    }
    let mut gates: Vec<Gate> = by_gate.into_values().filter_map(|facts| gate(&facts)).collect();
    gates.sort_by_key(|gate| std::cmp::Reverse(gate.answers));
    gates
}

fn gate(facts: &[AnswerFact]) -> Option<Gate> {
    // The newest label is what people know it by.
    let named = facts.iter().max_by(|a, b| a.run.cmp(&b.run))?;
    let said = |judgement| count(facts.iter().filter(|fact| fact.judgement == Some(judgement)).count());
    Some(Gate {
        team: named.team.clone(),
        runbook: named.runbook.clone(),
        action: named.action.clone(),
        label: named.label.clone(),
        answers: count(facts.len()),
        checked: said(Judgement::Checked),
        only_to_know: said(Judgement::OnlyToKnow),
        name_wanted: said(Judgement::NameWanted),
        cannot_judge: said(Judgement::CannotJudge),
        refused: count(facts.iter().filter(|fact| fact.answer != Answer::Yes).count()),
        looked: count(facts.iter().filter(|fact| fact.looked).count()),
        median_ms: median(facts.iter().map(|fact| fact.took.max(0)).collect()),
        verdicts: verdicts(facts),
    })
}

/// What was said of the runs, each run once however many had to agree to it.
fn verdicts(facts: &[AnswerFact]) -> GateVerdicts {
    let mut seen = BTreeSet::new();
    let once = facts.iter().filter(|fact| seen.insert(&fact.run)).flat_map(|fact| &fact.verdicts);
    let mut counted = GateVerdicts::default();
    for verdict in once {
        match verdict {
            RightCall::Yes => counted.right += 1,
            RightCall::No => counted.wrong += 1,
            RightCall::CannotSay | RightCall::Unknown => counted.cannot_say += 1,
        }
    }
    counted
}

/// The middle one; of an even number the lower of the two in the middle.
fn median(mut all: Vec<i64>) -> i64 {
    all.sort_unstable();
    all.get(all.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fact(run: &str, team: &str, answer: Answer, judgement: Judgement, took: i64) -> AnswerFact {
        AnswerFact {
            run: run.into(),
            team: team.into(),
            runbook: "bar".into(),
            action: "open".into(),
            label: "Open".into(),
            answer,
            judgement: Some(judgement),
            took,
            looked: judgement == Judgement::Checked,
            verdicts: vec![RightCall::Yes],
        }
    }

    #[test]
    fn answers_are_counted_per_team_and_action_and_a_run_is_judged_once() {
        use Judgement::{CannotJudge, Checked, NameWanted};
        let gates = report(vec![
            fact("1", "net", Answer::Yes, Checked, 1_000),
            fact("1", "net", Answer::Yes, NameWanted, 5_000),
            fact("2", "net", Answer::No, CannotJudge, 60_000),
            fact("2", "sre", Answer::Yes, Checked, 2_000),
        ]);
        let [net, sre] = &gates[..] else { panic!("two gates: {gates:?}") };
        assert_eq!((net.team.as_str(), net.answers, net.refused), ("net", 3, 1));
        assert_eq!((net.checked, net.only_to_know, net.name_wanted, net.cannot_judge), (1, 0, 1, 1));
        assert_eq!((net.median_ms, net.looked), (5_000, 1));
        assert_eq!(net.verdicts, GateVerdicts { right: 2, wrong: 0, cannot_say: 0 });
        assert_eq!((sre.team.as_str(), sre.answers, sre.verdicts.right), ("sre", 1, 1));
    }

    proptest! {
        #[test]
        fn no_answer_is_lost_or_counted_twice(all in proptest::collection::vec((0_u8..4, 0_u8..3, 0_usize..4, any::<bool>(), -5_i64..1000), 0..40)) {
            let facts: Vec<AnswerFact> = all.iter().map(|(run, team, judgement, yes, took)| {
                let answer = if *yes { Answer::Yes } else { Answer::No };
                fact(&run.to_string(), &team.to_string(), answer, Judgement::ALL[*judgement], *took)
            }).collect();
            let gates = report(facts.clone());
            let sum = |of: fn(&Gate) -> u32| gates.iter().map(of).sum::<u32>();
            prop_assert_eq!(sum(|gate| gate.answers) as usize, facts.len());
            prop_assert_eq!(sum(|gate| gate.checked + gate.only_to_know + gate.name_wanted + gate.cannot_judge) as usize, facts.len());
            prop_assert_eq!(sum(|gate| gate.refused) as usize, facts.iter().filter(|fact| fact.answer == Answer::No).count());
            prop_assert!(gates.iter().all(|gate| gate.median_ms >= 0));
        }
    }
}
