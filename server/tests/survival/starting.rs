//! A run is said to run when it does, and not before.

use serde_json::json;

use crate::harness::{Server, id};
use crate::machine::Record;

#[test]
fn a_run_whose_start_the_server_could_not_record_before_it_was_killed_is_running_after_the_restart() {
    let mut server = Server::start();
    server.install_action("long", "", "exec sleep 300");
    let mut ann = server.person("ann");
    let run = ann.press("long", "key-00000001");
    ann.until_state(&run, "running");
    server.kill();
    Record::open(&server.folder.path().join("data")).forget_that_it_runs(id(&run));
    server.restart();
    ann.url = server.nobody().url;
    ann.until_state(&run, "running");
    ann.post(&format!("/runs/{}/cancel", id(&run)), &json!({}));
    ann.until_state(&run, "cancelled");
}

#[test]
fn a_run_that_is_over_in_a_moment_has_run_all_the_same() {
    let server = Server::start();
    server.install_action("short", "", "echo done");
    let ann = server.person("ann");
    let run = ann.press("short", "key-00000001");
    let run = ann.until_state(&run, "succeeded");
    let times = &run["summary"]["times"];
    let at = |name: &str| times[name].as_i64().unwrap_or_else(|| panic!("no {name} in {times}"));
    assert!(at("starting") <= at("running") && at("running") <= at("ended"), "{times}");
}
