//! A run whose per-run process is killed: what the API says of it, and when.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::harness::{Server, id, until};
use crate::machine::{holder, is_alive, parent, send};

/// Leaves session, parent and environment behind, then goes on.
const SCRIPT: &str = "env -i setsid sh -c 'echo far $$; exec sleep 300' & echo self $$; exec sleep 300";

fn pids(log: &str) -> Vec<i32> {
    log.lines().filter_map(|line| line.rsplit_once(' ')?.1.parse().ok()).collect()
}

#[test]
fn it_is_lost_within_ten_seconds_its_tree_is_ended_and_its_log_is_kept() {
    let server = Server::start();
    server.install_action("long", "", SCRIPT);
    let ann = server.person("ann");
    let run = ann.press("long", "key-00000001");
    let dir = server.folder.path().join("data/runs").join(id(&run));
    let tree = until(|| Some(pids(&ann.log(&run))).filter(|pids| pids.len() == 2));
    let log = ann.log(&run);
    let killed = Instant::now();
    assert!(send(holder(&dir).unwrap(), Signal::KILL));
    let run = ann.until_state(&run, "lost");
    assert!(killed.elapsed() < Duration::from_secs(10));
    let why = run["summary"]["outcome"]["message"].as_str().unwrap();
    assert!(
        why.contains("outcome is unknown") && tree.iter().all(|pid| why.contains(&format!("({pid})"))),
        "{why}"
    );
    assert!(!tree.into_iter().any(is_alive));
    assert_eq!(ann.log(&run), log);
}

#[test]
fn it_is_lost_also_if_its_guard_and_the_server_died_with_it() {
    let mut server = Server::start();
    server.install_action(
        "long",
        "",
        "(setsid sh -c 'echo far $$; exec sleep 300' &); echo self $$; exec sleep 300",
    );
    let mut ann = server.person("ann");
    let run = ann.press("long", "key-00000001");
    let dir = server.folder.path().join("data/runs").join(id(&run));
    let tree = until(|| Some(pids(&ann.log(&run))).filter(|pids| pids.len() == 2));
    let process = holder(&dir).unwrap();
    server.kill();
    assert!(send(parent(process).unwrap(), Signal::KILL) && send(process, Signal::KILL));
    server.restart();
    ann.url = server.nobody().url;
    ann.until_state(&run, "lost");
    assert!(!tree.into_iter().any(is_alive));
}
