//! One round: a run is asked for, somebody is killed at some moment, and the dust settles.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use super::plan::{Moment, Plan, Victim};
use super::stage::Stage;
use crate::harness::{id, until};
use crate::machine::{Record, holder, is_alive, parent, send, stored_state};

/// No start takes longer; if it does, the round is one without a kill.
const AIMING: Duration = Duration::from_secs(10);

/// What happened.
#[derive(Debug)]
pub(crate) struct Happened {
    pub(crate) run: String,
    /// The run's state when the victim died; `None`: there was nobody to kill.
    pub(crate) killed_in: Option<String>,
    /// Lines that a client had seen before.
    pub(crate) acknowledged: u64,
}

pub(crate) fn perform(stage: &mut Stage, plan: Plan, key: &str) -> Happened {
    let ahead =
        matches!(plan.moment, Moment::Queued).then(|| stage.run_of(plan.script, &format!("{key}-ahead")));
    let asked = Instant::now();
    let happened = match (plan.moment, plan.victim) {
        (Moment::After(wait), Victim::Server) => kill_while_asking(stage, plan, key, wait),
        (Moment::Starting(wait), _) => strike_starting(stage, plan, key, wait),
        _ => {
            let run = stage.run_of(plan.script, key);
            aim(stage, plan, &run, asked)
        }
    };
    if let Some(ahead) = ahead {
        finish(stage, &ahead);
    }
    finish(stage, &happened.run);
    happened
}

/// The server dies with the request under way, before or after it is recorded.
fn kill_while_asking(stage: &mut Stage, plan: Plan, key: &str, wait: Duration) -> Happened {
    let mut request = stage.ann.request(plan.script.slug(), key);
    request["separate"] = json!(true);
    let ann = stage.ann.clone();
    let asking = thread::spawn(move || -> Option<Value> {
        let mut answer = ann.try_send("POST", "/runs", Some(&request.to_string()), &[]).ok()?;
        serde_json::from_str(&answer.body_mut().read_to_string().ok()?).ok()
    });
    thread::sleep(wait);
    stage.server.kill();
    let answer = asking.join().unwrap();
    let state = answer.as_ref().map(|run| stored_state(&stage.data(), id(run)));
    stage.restart();
    let run = stage.run_of(plan.script, key);
    if let Some(told) = answer {
        assert_eq!(id(&told), run, "the key was told to name another run");
    }
    // Without an answer nobody can know whether it was recorded.
    let killed_in =
        state.map_or_else(|| "asking".to_owned(), |state| state.expect("an answered run is recorded"));
    Happened { run, killed_in: Some(killed_in), acknowledged: 0 }
}

fn aim(stage: &mut Stage, plan: Plan, run: &str, asked: Instant) -> Happened {
    let mut acknowledged = 0;
    match plan.moment {
        Moment::After(wait) => thread::sleep(wait.saturating_sub(asked.elapsed())),
        Moment::Queued | Moment::Starting(_) => {}
        Moment::Running(wait) => {
            spin(|| stage.side(run).begun > 0);
            thread::sleep(wait);
            acknowledged = stage.stored(run).len() as u64;
        }
    }
    let killed_in = strike(stage, plan.victim, run);
    Happened { run: run.to_owned(), killed_in, acknowledged }
}

/// Between the intent, which is recorded, and the start, which is not: the record is held, as by a slow disk.
fn strike_starting(stage: &mut Stage, plan: Plan, key: &str, wait: Duration) -> Happened {
    let mut record = Record::open(&stage.data());
    let directories = || std::fs::read_dir(stage.data().join("runs")).unwrap().count();
    let before = directories();
    let run = thread::scope(|scope| {
        let asking = scope.spawn(|| stage.run_of(plan.script, key));
        // Made as soon as the intent is recorded, and before anything is started.
        spin(|| directories() > before);
        record.hold();
        asking.join().unwrap()
    });
    spin(|| plan.victim == Victim::Server || victim(stage, plan.victim, &run).is_some());
    thread::sleep(wait);
    let state = record.state(&run);
    let hit = kill(stage, plan.victim, &run);
    record.let_go();
    record.close();
    if plan.victim == Victim::Server {
        stage.restart();
    }
    Happened { run, killed_in: state.filter(|_| hit), acknowledged: 0 }
}

/// Kills; gives the state in which the run then was.
fn strike(stage: &mut Stage, victim: Victim, run: &str) -> Option<String> {
    let before = stored_state(&stage.data(), run);
    let hit = kill(stage, victim, run);
    if victim == Victim::Server {
        let state = stored_state(&stage.data(), run);
        stage.restart();
        return state;
    }
    before.filter(|_| hit)
}

/// Whether there was somebody to kill.
fn kill(stage: &mut Stage, victim_is: Victim, run: &str) -> bool {
    if victim_is == Victim::Server {
        stage.server.kill();
        return true;
    }
    victim(stage, victim_is, run).is_some_and(|pid| send(pid, Signal::KILL))
}

fn victim(stage: &Stage, victim: Victim, run: &str) -> Option<i32> {
    let process = || holder(&stage.run_dir(run));
    let pid = match victim {
        Victim::Server => None,
        Victim::Process => process(),
        Victim::Guard => process().and_then(parent).filter(|pid| *pid > 1),
        Victim::Script => stage.side(run).pids.first().copied(),
    };
    pid.filter(|pid| is_alive(*pid))
}

fn spin(mut reached: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !reached() && begun.elapsed() < AIMING {
        thread::yield_now();
    }
}

/// Nothing is stuck: a final state is there within 30 s.
fn finish(stage: &Stage, run: &str) {
    let begun = Instant::now();
    until(|| {
        let (_, seen) = stage.ann.get(&format!("/runs/{run}"));
        let state = seen["summary"]["state"].as_str().unwrap_or_default().to_owned();
        assert!(begun.elapsed() < Duration::from_secs(30), "{run} is stuck as {state}");
        ["succeeded", "failed", "timed_out", "cancelled", "lost"].contains(&state.as_str()).then_some(())
    });
}
