//! Through a wrapper everything arrives by standard input.

use std::time::{Duration, Instant};

use lastmile::exec::{Cause, Launch, cancel};
use lastmile_protocol::Stream;

use crate::run::{Run, is_alive, kill, launch, secret, until, with};

/// A wrapper that is a process of its own, as `ssh` would be.
fn wrapped(script: &str) -> Launch {
    let wrapper = ["sh", "-c", "\"$@\"; exit $?", "wrapper"];
    Launch { wrapper: wrapper.map(str::to_owned).to_vec(), ..launch(script) }
}

#[test]
fn hostile_values_arrive_byte_for_byte() {
    let values = [
        ("QUOTES", "it's \"quoted\" `id` $(id) ${HOME} \\ \\\\"),
        ("LINES", "\nfirst\n\n  LASTMILE_0 \nlast\n"),
        ("UNICODE", "ünï ☃ \u{202e}rtl \u{1}\u{7f}"),
        ("OPTION", "-n --help"),
        ("EMPTY", ""),
    ];
    let script =
        "for name in QUOTES LINES UNICODE OPTION EMPTY; do eval \"printf '%s|' \\\"\\$$name\\\"\"; done";
    let launch = values.iter().fold(wrapped(script), |launch, (name, value)| with(launch, name, value));
    let (run, exit) = Run::finished(&launch);
    assert_eq!(exit.code, Some(0), "{}", run.text("log"));
    let expected: String = values.iter().map(|(_, value)| format!("{value}|")).collect();
    assert_eq!(run.text("log"), expected);
}

#[test]
fn the_exit_code_comes_back_and_the_script_has_no_input() {
    let (run, exit) = Run::finished(&wrapped("cat; echo out; echo err >&2; exit 42"));
    assert_eq!((exit.cause, exit.code), (Cause::Exited, Some(42)));
    assert_eq!(run.texts(Stream::Out), ["out"]);
    assert_eq!(run.texts(Stream::Err), ["err"]);
    assert_eq!(run.texts(Stream::System), [""; 0]);
}

#[test]
fn other_interpreters_read_the_script_as_a_file() {
    let mut launch = wrapped("import sys, os\nprint(sys.stdin.read() + os.environ['NAME'])\nsys.exit(3)\n");
    launch.interpreter = vec!["python3".to_owned()];
    let (run, exit) = Run::finished(&with(launch, "NAME", "value"));
    assert_eq!((run.text("log").as_str(), exit.code), ("value\n", Some(3)));
}

#[test]
fn the_wrapper_itself_gets_no_variable_of_the_run() {
    let mut launch = with(wrapped("echo \"$KUBECONFIG $TOKEN\""), "KUBECONFIG", "/from/the/run");
    launch.wrapper[2] = "env; \"$@\"".to_owned();
    let run = Run::started_with(&launch, &secret("TOKEN", "hunter2-hunter2"));
    run.exit();
    let lines = run.texts(Stream::Out);
    assert!(lines.contains(&"/from/the/run ***".to_owned()));
    assert!(!lines.iter().any(|line| line.starts_with("KUBECONFIG=/from") || line.starts_with("TOKEN=")));
}

#[test]
fn cancel_reaches_the_script_whose_last_words_arrive() {
    let script = "trap 'echo last words; exit 6' TERM; echo self $$; while :; do sleep 0.1; done";
    let begun = Instant::now();
    let run = Run::started(&wrapped(script));
    let pid = run.pid("self");
    cancel(&run.dir()).unwrap();
    let exit = run.exit();
    assert_eq!(exit.cause, Cause::Cancelled);
    assert!(!is_alive(pid));
    assert!(run.texts(Stream::Out).contains(&"last words".to_owned()), "{}", run.text("log"));
    assert!(begun.elapsed() < Duration::from_secs(9));
}

#[test]
fn time_up_ends_what_ignores_term_behind_a_wrapper_too() {
    let mut launch = wrapped("trap '' TERM; echo self $$; while :; do sleep 1; done");
    (launch.timeout_s, launch.grace_s) = (1, 1);
    let (run, exit) = Run::finished(&launch);
    assert_eq!(exit.cause, Cause::TimedOut);
    assert!(!is_alive(run.pid("self")));
}

#[test]
fn the_script_ends_when_the_per_run_process_is_killed() {
    let run = Run::started(&wrapped("echo self $$; while :; do sleep 0.1; done"));
    let pid = run.pid("self");
    kill(run.process());
    until("the script to end", || (!is_alive(pid)).then_some(()));
}

#[test]
fn a_wrapper_that_is_missing_is_named() {
    let mut launch = wrapped("x");
    launch.wrapper = vec!["no-such-wrapper".to_owned()];
    let (_run, exit) = Run::finished(&launch);
    assert_eq!(exit.cause, Cause::NotStarted);
    assert!(exit.message.unwrap().contains("no-such-wrapper"));
}
