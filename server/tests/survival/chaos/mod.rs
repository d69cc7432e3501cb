//! Rounds of chaos: a run is started, somebody is killed at a random moment, and everything must still be true.
//!
//! The rounds are decided by a seed, which is printed: `cargo xtask chaos --seed S --rounds N` plays them again.

mod plan;
mod random;
mod round;
mod stage;
mod tally;
mod verdict;

use std::time::Instant;

use plan::Plan;
pub(crate) use random::Random;
use stage::Stage;
use tally::Tally;

/// Rounds of the test command.
const ROUNDS: u64 = 25;

#[test]
fn whoever_is_killed_at_whatever_moment_no_run_is_lost_doubled_orphaned_or_stuck() {
    let seed = seed();
    let rounds = number("LASTMILE_CHAOS_ROUNDS").unwrap_or(ROUNDS);
    println!("chaos: seed {seed}, {rounds} rounds");
    let begun = Instant::now();
    let tally = play(seed, rounds, &[]);
    println!("{rounds} rounds of seed {seed} passed in {:.0} s\n{tally}", begun.elapsed().as_secs_f64());
    if rounds >= 1000 {
        assert_eq!(tally.thin(), [], "pairs that were reached less than {} times", Tally::ENOUGH);
    }
}

/// Fails in the first round after which something does not hold. The server is started by that wrapper.
pub(crate) fn play(seed: u64, rounds: u64, wrapper: &[String]) -> Tally {
    let mut stage = Stage::set(wrapper);
    let mut tally = Tally::default();
    for number in 0..rounds {
        let plan = Plan::of(seed, number);
        println!("round {number}: {plan:?}");
        let key = format!("chaos-{number:08}");
        let happened = round::perform(&mut stage, plan, &key);
        verdict::check(&stage, plan, &key, &happened);
        let (_, run) = stage.ann.get(&format!("/runs/{}", happened.run));
        let end = run["summary"]["state"].as_str().unwrap();
        tally.note(plan.victim, happened.killed_in.as_deref(), end);
    }
    tally
}

/// The seed that was asked for, or another one each time.
pub(crate) fn seed() -> u64 {
    let now = || std::time::UNIX_EPOCH.elapsed().map(|now| u64::from(now.subsec_nanos())).unwrap();
    number("LASTMILE_CHAOS_SEED").unwrap_or_else(now)
}

pub(crate) fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is `{text}`, which is no number")))
}
