//! Policy sets that nobody wrote: whatever they say, what a document asks for tightens, and what was asked for once is the least
//! that is asked for later.

use std::cell::Cell;

use lastmile_protocol::{Decision, Need};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::organisation::{Ask, at_least_as_strict, line, policies};
use crate::tighten::{asks, seed, somebody_asks};

/// Who and where.
const SCOPES: [&str; 4] = [
    "principal, ACTION, resource",
    "principal in Team::\"ops\", ACTION, resource",
    "principal, ACTION, resource in Environment::\"prod\"",
    "principal in Team::\"net\", ACTION, resource in Target::\"shared\"",
];

/// When, besides always; those of what the document asks for try to reward or to punish it. The last can't be evaluated for
/// some.
const CONDITIONS: [&str; 8] = [
    "context has documentAsks",
    "context has documentAsks && context.documentAsks == Team::\"net\"",
    "context has documentAsks && context.documentAsks == Team::\"sre\"",
    "context has documentAsks && context.documentAsks in Team::\"bar\"",
    "resource.check",
    "context.hour < 12",
    "!context.freezes.isEmpty()",
    "context has documentAsks && context.hour + 9223372036854775807 > 0",
];

const GATES: [&str; 5] = ["bar", "2 net", "sre, ops", "resource.target.team", "resource.runbook.owner"];

/// One policy.
fn policy() -> impl Strategy<Value = String> {
    let pick = |from: &'static [&'static str]| prop::sample::select(from.to_vec());
    let when = prop::sample::select(vec!["when", "unless"]);
    let clause = prop::option::weighted(0.9, (when, pick(&CONDITIONS)));
    let parts = (0..4_u8, pick(&SCOPES), clause, pick(&GATES));
    parts.prop_map(|(kind, scope, clause, gate)| {
        let (note, effect, action) = match kind {
            0 => (String::new(), "permit", "run"),
            1 => ("@why(\"Not now. Ask one of net.\")".to_owned(), "forbid", "run"),
            _ => (format!("@approve(\"{gate}\")"), "permit", "requireApproval"),
        };
        let scope = scope.replace("ACTION", &format!("action == Action::\"{action}\""));
        let clause = clause.map(|(when, condition)| format!(" {when} {{ {condition} }}")).unwrap_or_default();
        format!("{note} {effect} ({scope}){clause};")
    })
}

/// A set of them; without the first hardly anything would run.
fn set() -> impl Strategy<Value = String> {
    prop::collection::vec(policy(), 1..7).prop_map(|all| {
        let open = "permit (principal, action == Action::\"run\", resource);".to_owned();
        let named = |(number, policy)| format!("@id(\"p{number}\") {policy}\n");
        std::iter::once(open).chain(all).enumerate().map(named).collect()
    })
}

fn needs_of(decision: &Decision) -> Vec<Need> {
    match decision {
        Decision::NeedsApproval { needs } => needs.clone(),
        _ => Vec::new(),
    }
}

fn run<S: Strategy>(cases: u32, of: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let seed = seed();
    println!("seed {seed} (LASTMILE_SEED={seed} repeats it)");
    let config =
        Config { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(of, test).unwrap();
}

#[test]
fn whatever_policies_say_a_document_that_asks_for_something_never_gets_more() {
    let (tightened, refused, same) = (Cell::new(0_u32), Cell::new(0_u32), Cell::new(0_u32));
    run(300, &(set(), prop::collection::vec((somebody_asks(), asks(), asks()), 8)), |(text, all)| {
        let policies = policies(&text);
        for (plain, less, more) in all {
            let with =
                |document: Vec<(String, u32)>| Ask { document, ..plain.clone() }.of(&policies).decision;
            let (none, some) = (with(Vec::new()), with(less.clone()));
            let both = with([less, more].concat());
            for (strict, loose) in [(&some, &none), (&both, &some)] {
                let told = format!("{} became {}\n{text}", line(loose), line(strict));
                prop_assert!(at_least_as_strict(strict, loose), "{told}");
                let counts = match (strict, loose) {
                    (strict, loose) if strict == loose => &same,
                    (Decision::Deny { .. }, _) => &refused,
                    _ => &tightened,
                };
                counts.set(counts.get() + 1);
            }
        }
        Ok(())
    });
    println!("{} the same, {} more to agree, {} refused", same.get(), tightened.get(), refused.get());
    assert!(
        same.get() > 200 && tightened.get() > 200 && refused.get() > 200,
        "the cases must reach all of it"
    );
}

#[test]
fn whatever_the_others_say_a_policy_that_can_t_be_evaluated_denies() {
    let fails = "{ context.hour + 9223372036854775807 > 0 }";
    let heads = [
        "permit (principal, action == Action::\"run\", resource)",
        "forbid (principal, action == Action::\"run\", resource)",
        "@approve(\"bar\") permit (principal, action == Action::\"requireApproval\", resource)",
    ];
    let broken = (prop::sample::select(heads.to_vec()), prop::sample::select(vec!["when", "unless"]));
    let denied = Cell::new(0_u32);
    run(300, &(set(), broken, prop::collection::vec(somebody_asks(), 8)), |(text, (head, when), all)| {
        let policies = policies(&format!("{text}@id(\"broken\") {head} {when} {fails};"));
        for mut ask in all {
            // At midnight there is nothing wrong with it.
            ask.at.hour = ask.at.hour.max(1);
            let verdict = ask.of(&policies);
            prop_assert!(
                matches!(verdict.decision, Decision::Deny { .. }),
                "{}\n{text}",
                line(&verdict.decision)
            );
            denied.set(denied.get() + u32::from(verdict.failure().is_some()));
        }
        Ok(())
    });
    println!("{} could not be evaluated", denied.get());
    assert!(denied.get() > 1_000, "the cases must reach the broken policy");
}

#[test]
fn what_was_asked_for_once_is_the_least_that_is_asked_for_later_under_whatever_policies() {
    let raised = Cell::new(0_u32);
    run(300, &(set(), set(), prop::collection::vec(somebody_asks(), 8)), |(before, after, all)| {
        let (former, latter) = (policies(&before), policies(&after));
        for ask in all {
            let first = ask.of(&former).decision;
            let plain = ask.of(&latter).decision;
            let later = Ask { before: needs_of(&first), ..ask.clone() }.of(&latter).decision;
            let told = format!("{}, then {}, with the floor {}", line(&first), line(&plain), line(&later));
            prop_assert!(at_least_as_strict(&later, &plain), "{told}");
            prop_assert!(
                matches!(first, Decision::Deny { .. }) || at_least_as_strict(&later, &first),
                "{told}"
            );
            raised.set(raised.get() + u32::from(later != plain));
        }
        Ok(())
    });
    println!("{} floors raised", raised.get());
    assert!(raised.get() > 100, "the cases must reach floors");
}
