//! What must hold after a round, whoever was killed when.

use std::time::{Duration, Instant};

use super::plan::{Plan, Victim};
use super::round::Happened;
use super::stage::Stage;
use crate::machine::{is_alive, processes_of};

/// The guard or the per-run process may need a moment to go after the run's end is recorded.
const GOING: Duration = Duration::from_secs(10);

/// Fails with what does not hold.
pub(crate) fn check(stage: &Stage, plan: Plan, key: &str, happened: &Happened) {
    let run = happened.run.as_str();
    let (_, seen) = stage.ann.get(&format!("/runs/{run}"));
    let state = seen["summary"]["state"].as_str().unwrap();
    let side = stage.side(run);
    let stored = stage.stored(run);
    let facts = format!("{plan:?} {happened:?} ended as {state} {}: {side:?}", seen["summary"]["outcome"]);
    assert!(side.begun <= 1, "executed twice: {facts}");
    let whole: Vec<u64> = (1..=stored.len() as u64).collect();
    assert_eq!(stored, whole, "lines lost or doubled in between: {facts}");
    let stored = stored.len() as u64;
    assert!(stored >= happened.acknowledged, "lines that were seen are gone ({stored}): {facts}");
    let hit = happened.killed_in.is_some();
    match plan.victim {
        // What a killed script had written, it may not have come to note.
        Victim::Script if hit && state == "failed" => {
            assert!((side.written..=side.written + 1).contains(&stored), "{stored} stored: {facts}");
        }
        // What stood in the pipe when its reader was killed is nowhere any more.
        Victim::Process if hit && state == "lost" => {
            assert!(stored <= side.written + 1, "{stored} stored: {facts}");
        }
        _ => assert_eq!(stored, side.written, "stored: {facts}"),
    }
    assert!(fits(plan, happened, state, side.begun), "a state that can't be: {facts}");
    if state == "succeeded" {
        assert_eq!((side.begun, stored), (1, plan.script.lines()), "{facts}");
    }
    assert_eq!(stage.run_of(plan.script, key), run, "the key names another run now: {facts}");
    nobody_left(run, &side.pids, &facts);
}

/// Which states are true after which death.
fn fits(plan: Plan, happened: &Happened, state: &str, begun: usize) -> bool {
    let hit = happened.killed_in.is_some();
    match state {
        "succeeded" => true,
        "lost" => hit && plan.victim == Victim::Process,
        // By the signal; or the process died before it could start anything.
        "failed" => hit && (plan.victim == Victim::Script || begun == 0),
        _ => false,
    }
}

fn nobody_left(run: &str, noted: &[i32], facts: &str) {
    let begun = Instant::now();
    loop {
        let mut left = processes_of(run);
        left.extend(noted.iter().filter(|pid| is_alive(**pid)));
        if left.is_empty() {
            return;
        }
        assert!(begun.elapsed() < GOING, "orphans {left:?}: {facts}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
