//! What a runbook asks for only ever adds: with more of it, nothing that was refused or gated gets through.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use lastmile::policy::shipped;

use crate::organisation::{
    Ask, PEOPLE, TARGETS, TEAMS, ask, at_least_as_strict, line, policies, shipped as set,
};

/// The same cases each time; `LASTMILE_SEED` gives others.
const SEED: u64 = 20_261_124;

/// Policies that try to let a document that asks for something through.
const BRIBABLE: &str = r#"
@id("only-with-net") @why("net must be asked for")
forbid (principal, action == Action::"run", resource in Environment::"prod")
unless { context has documentAsks && context.documentAsks == Team::"net" };
@id("not-bar")
forbid (principal, action == Action::"run", resource)
when { context has documentAsks && context.documentAsks == Team::"bar" };
@id("everybody")
permit (principal, action == Action::"run", resource);
@id("unless-somebody-is-asked") @approve("2 ops")
permit (principal, action == Action::"requireApproval", resource) unless { context has documentAsks };
"#;

pub(crate) fn asks() -> impl Strategy<Value = Vec<(String, u32)>> {
    let team = prop::sample::select(vec!["bar", "net", "ops", "sre", "nobody"]);
    prop::collection::vec((team.prop_map(str::to_owned), 1_u32..4), 0..4)
}

pub(crate) fn somebody_asks() -> impl Strategy<Value = Ask> {
    let owner = prop::option::of(prop::sample::select(TEAMS.to_vec()));
    let budget = prop::option::of(-5_i64..50);
    let fixed = (0..PEOPLE.len(), 0..TARGETS.len(), owner, any::<bool>());
    (fixed, budget, 0_i64..24, 1_i64..8, any::<bool>()).prop_map(
        |((who, target, owner, check), left, hour, day, freeze)| {
            let mut ask = Ask { owner, check, ..ask(PEOPLE[who].0, TARGETS[target].0) };
            ask.at.error_budget = left;
            (ask.at.hour, ask.at.weekday) = (hour, day);
            ask.at.freezes = freeze.then(|| "year end".to_owned()).into_iter().collect();
            ask
        },
    )
}

pub(crate) fn seed() -> u64 {
    std::env::var("LASTMILE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED)
}

#[test]
fn whatever_a_document_asks_for_it_only_tightens() {
    let seed = seed();
    println!("seed {seed} (LASTMILE_SEED={seed} repeats it)");
    let mut all: Vec<_> = shipped::ALL.iter().map(|it| set(it.name)).collect();
    all.push(policies(BRIBABLE));
    let config =
        Config { cases: 500, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..Config::default() };
    let tightened = Cell::new(0_u32);
    let run = TestRunner::new(config).run(&(somebody_asks(), asks(), asks()), |(plain, less, more)| {
        for policies in &all {
            let with = |document: Vec<(String, u32)>| Ask { document, ..plain.clone() }.of(policies).decision;
            let (none, some) = (with(Vec::new()), with(less.clone()));
            let both = with([less.clone(), more.clone()].concat());
            for (strict, loose) in [(&some, &none), (&both, &some)] {
                let told = format!("{} became {}", line(loose), line(strict));
                prop_assert!(at_least_as_strict(strict, loose), "{told}");
                tightened.set(tightened.get() + u32::from(strict != loose));
            }
        }
        Ok(())
    });
    run.unwrap();
    assert!(tightened.get() > 1_000, "the cases must reach gates: {}", tightened.get());
}
