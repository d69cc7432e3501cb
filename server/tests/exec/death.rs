//! Whoever dies, by KILL and at any time: nothing goes on unseen, and nothing is claimed that is not known.

use lastmile::exec::{Cause, Remains, Standing, cancel, settle};
use lastmile_protocol::Stream;

use crate::run::{Run, is_alive, kill, launch, until, with};

/// One that has left session, parent and output behind.
const RUNAWAY: &str = "(setsid sh -c 'echo far $$; exec sleep 300' &)";

fn parent(pid: i32) -> i32 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit_once(") ").unwrap().1.split(' ').nth(1).unwrap().parse().unwrap()
}

fn gone(run: &Run) {
    until("the run to be gone", || (run.standing() == Standing::Gone).then_some(()));
}

#[test]
fn a_per_run_process_that_is_killed_takes_its_whole_tree_along_and_leaves_the_log_whole() {
    // The second one has not even the run's mark in its environment.
    let script = format!(
        "{RUNAWAY}; env -i setsid sh -c 'echo bare $$; exec sleep 300' & echo self $$; exec sleep 300"
    );
    let run = Run::started(&launch(&script));
    let tree = ["far", "bare", "self"].map(|name| run.pid(name));
    let log = run.text("log");
    kill(run.process());
    gone(&run);
    let remains = settle(&run.dir(), "01-test").unwrap();
    assert!(!tree.into_iter().any(is_alive), "{remains:?}");
    assert_eq!((remains.ended.len(), remains.left), (3, Vec::new()), "{:?}", remains.ended);
    assert_eq!(run.text("log"), log);
    cancel(&run.dir()).unwrap();
    assert_eq!(run.standing(), Standing::Gone);
}

#[test]
fn a_tree_that_forks_without_end_does_not_outlive_its_per_run_process() {
    let run = Run::started(&launch("echo link >&2; exec 2>/dev/null; sh \"$0\" & exit 0"));
    run.line("link");
    kill(run.process());
    gone(&run);
    let remains = settle(&run.dir(), "01-test").unwrap();
    assert_eq!(remains.left, Vec::<String>::new());
    let script = run.dir().join("script");
    let survivors = std::fs::read_dir("/proc").unwrap().flatten().filter(|process| {
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(script.to_str().unwrap())
    });
    assert_eq!(survivors.count(), 0);
}

#[test]
fn a_run_does_not_need_its_guard() {
    let run = Run::started(&launch("echo self $$; read line < \"$PWD/../../go\"; echo got $line"));
    let fifo = run.beside("go");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RWXU).unwrap();
    run.pid("self");
    kill(parent(run.process()));
    std::fs::write(&fifo, "on\n").unwrap();
    let exit = run.exit();
    assert_eq!((exit.cause, exit.code), (Cause::Exited, Some(0)));
    assert_eq!(run.texts(Stream::Out)[1], "got on");
}

#[test]
fn what_loses_both_its_guard_and_its_per_run_process_is_ended_by_its_mark() {
    let script = format!("{RUNAWAY}; echo self $$; exec sleep 300");
    let mut launch = launch(&script);
    launch.run = "01-both-dead".to_owned();
    let run = Run::started(&with(launch, "LASTMILE_RUN_ID", "01-both-dead"));
    let tree = ["far", "self"].map(|name| run.pid(name));
    let process = run.process();
    kill(parent(process));
    kill(process);
    gone(&run);
    assert!(tree.into_iter().all(is_alive));
    let remains = settle(&run.dir(), "01-both-dead").unwrap();
    assert!(!tree.into_iter().any(is_alive), "{remains:?}");
    assert_eq!(remains.ended.len(), 2);
    assert_eq!(settle(&run.dir(), "01-both-dead").unwrap(), Remains::default());
}

#[test]
fn a_declared_daemon_is_not_left_by_a_run_that_is_lost() {
    let mut launch = launch("setsid sh -c 'echo daemon $$; exec sleep 300' & echo self $$; exec sleep 300");
    launch.leaves_running = true;
    let run = Run::started(&launch);
    let tree = ["daemon", "self"].map(|name| run.pid(name));
    kill(run.process());
    gone(&run);
    settle(&run.dir(), "01-test").unwrap();
    assert!(!tree.into_iter().any(is_alive));
}
