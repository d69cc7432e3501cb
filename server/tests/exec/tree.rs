//! Whatever a script starts is ended with it, and nothing it leaves behind holds the run up.

use std::time::{Duration, Instant};

use lastmile::exec::{Cause, cancel};
use lastmile_protocol::Stream;

use crate::run::{Run, is_alive, kill, launch, until};

#[test]
fn time_up_ends_a_script_that_ignores_term() {
    let mut launch = launch("trap '' TERM; echo self $$; while :; do sleep 1; done");
    (launch.timeout_s, launch.grace_s) = (1, 1);
    let (run, exit) = Run::finished(&launch);
    assert_eq!((exit.cause, exit.signal), (Cause::TimedOut, Some(9)));
    assert!(!is_alive(run.pid("self")));
    assert!(run.texts(Stream::System)[0].contains("time is up after 1 s"));
    assert!(exit.message.unwrap().contains("within its grace of 1 s and was killed (KILL)"));
}

#[test]
fn a_script_that_heeds_term_is_not_made_to_wait_for_the_grace() {
    let begun = Instant::now();
    let run =
        Run::started(&launch("trap 'echo last words; exit 5' TERM; echo ready; while :; do sleep 0.1; done"));
    run.line("ready");
    cancel(&run.dir()).unwrap();
    let exit = run.exit();
    assert_eq!((exit.cause, exit.code), (Cause::Cancelled, Some(5)));
    assert!(run.texts(Stream::Out).contains(&"last words".to_owned()));
    assert!(begun.elapsed() < Duration::from_secs(9));
}

#[test]
fn cancel_ends_a_grandchild_with_a_session_of_its_own_and_one_that_is_stopped() {
    let script = "setsid sh -c 'trap \"\" TERM; echo far $$; while :; do sleep 1; done' &
        sh -c 'echo stopped $$; kill -STOP $$' &
        wait";
    let mut launch = launch(script);
    launch.grace_s = 1;
    let run = Run::started(&launch);
    let (far, stopped) = (run.pid("far"), run.pid("stopped"));
    cancel(&run.dir()).unwrap();
    assert_eq!(run.exit().cause, Cause::Cancelled);
    assert!(!is_alive(far) && !is_alive(stopped));
}

#[test]
fn a_double_forked_daemon_is_ended_after_the_drain_and_the_log_says_so() {
    let (run, exit) =
        Run::finished(&launch("(setsid sh -c 'echo daemon $$; exec sleep 300' &) ; echo done; exit 2"));
    assert_eq!((exit.cause, exit.code), (Cause::Exited, Some(2)));
    let daemon = run.pid("daemon");
    assert!(!is_alive(daemon));
    let said = run.texts(Stream::System);
    assert!(said[0].contains("still running") && said[0].contains(&format!("sleep ({daemon})")), "{said:?}");
}

#[test]
fn a_daemon_that_is_declared_stays_and_holds_nothing_up() {
    let mut launch =
        launch("setsid sh -c 'echo daemon $$; exec sleep 300' >\"$LASTMILE_OUTPUT\" 2>&1 </dev/null & :");
    launch.leaves_running = true;
    let begun = Instant::now();
    let (run, exit) = Run::finished(&launch);
    assert_eq!(exit.code, Some(0));
    assert!(begun.elapsed() < Duration::from_secs(30));
    let daemon: i32 = until("the daemon", || run.text("output").strip_prefix("daemon ")?.trim().parse().ok());
    assert!(is_alive(daemon));
    // It still has the folder that it was started in.
    assert!(std::fs::read_link(format!("/proc/{daemon}/cwd")).unwrap().is_dir());
    kill(daemon);
    assert!(run.texts(Stream::System)[0].contains("left running, as declared"));
}

#[test]
fn a_declared_daemon_that_keeps_the_output_open_does_not_hang_the_run() {
    let mut launch = launch("sh -c 'echo daemon $$; exec sleep 300' & echo done");
    launch.leaves_running = true;
    let (run, exit) = Run::finished(&launch);
    assert_eq!((exit.cause, exit.code), (Cause::Exited, Some(0)));
    let daemon = run.pid("daemon");
    assert!(is_alive(daemon));
    kill(daemon);
}

#[test]
fn an_endless_chain_of_forks_is_ended() {
    // Each link starts the next and exits: whoever looks for it finds it gone already.
    let mut launch = launch("echo link >&2; exec 2>/dev/null; sh \"$0\" & exit 0");
    launch.grace_s = 0;
    let run = Run::started(&launch);
    run.line("link");
    cancel(&run.dir()).unwrap();
    let exit = run.exit();
    assert!(!run.text("log").contains("can't be ended"), "{exit:?} {}", run.text("log"));
    let script = run.dir().join("script");
    let survivors = std::fs::read_dir("/proc").unwrap().flatten().filter(|process| {
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(script.to_str().unwrap())
    });
    assert_eq!(survivors.count(), 0);
}
