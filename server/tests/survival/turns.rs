//! A second start while the first still runs: queued, refused, or in its place.

use serde_json::{Value, json};

use crate::harness::{Person, Server, code, id, until};

fn ask(person: &Person, slug: &str, key: &str) -> (u16, Value) {
    let mut request = person.request(slug, key);
    request["separate"] = json!(true);
    person.post("/runs", &request)
}

#[test]
fn an_action_that_refuses_a_second_run_answers_with_the_one_under_way() {
    let server = Server::start();
    server.install_action("alone", "concurrency: refuse", "sleep 600");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let first = ann.press("alone", "key-00000001");
    let (status, refusal) = ask(&bob, "alone", "key-00000002");
    assert_eq!((status, code(&refusal)), (409, "busy"));
    assert_eq!(refusal["details"]["run"]["id"], first["summary"]["id"]);
    // The same key still names the same run.
    assert_eq!(id(&ann.post("/runs", &ann.request("alone", "key-00000001")).1), id(&first));
    ann.post(&format!("/runs/{}/cancel", id(&first)), &json!({}));
    ann.until_state(&first, "cancelled");
    let (status, second) = ask(&bob, "alone", "key-00000003");
    assert_eq!(status, 201, "{second}");
    ann.post(&format!("/runs/{}/cancel", id(&second)), &json!({}));
    ann.until_state(&second, "cancelled");
}

#[test]
fn of_many_who_press_at_once_exactly_one_starts_an_action_that_runs_alone() {
    let server = Server::start();
    server.install_action("alone", "concurrency: refuse", "sleep 600");
    let ann = server.person("ann");
    let asking: Vec<_> = (0..20)
        .map(|number| {
            let ann = ann.clone();
            std::thread::spawn(move || ask(&ann, "alone", &format!("key-{number:08}")))
        })
        .collect();
    let answers: Vec<_> = asking.into_iter().map(|asking| asking.join().unwrap()).collect();
    let (started, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(status, _)| *status == 201);
    assert_eq!((started.len(), refused.len()), (1, 19));
    assert!(refused.iter().all(|(status, refusal)| (*status, code(refusal)) == (409, "busy")));
    ann.post(&format!("/runs/{}/cancel", id(&started[0].1)), &json!({}));
    ann.until_state(&started[0].1, "cancelled");
}

#[test]
fn an_action_that_replaces_ends_the_first_run_before_the_second_begins() {
    let server = Server::start();
    let side = server.folder.path().join("side");
    let note = |word: &str| format!("echo {word} $LASTMILE_RUN_ID >> {}", side.display());
    let script =
        format!("{}\ntrap '{}; exit 1' TERM\nwhile :; do sleep 0.05; done", note("begin"), note("end"));
    server.install_action("newest", "concurrency: replace", &script);
    let ann = server.person("ann");
    let first = ann.press("newest", "key-00000001");
    let notes = || std::fs::read_to_string(&side).unwrap_or_default();
    until(|| notes().contains("begin").then_some(()));
    let second = ask(&ann, "newest", "key-00000002").1;
    let first = ann.until_state(&first, "cancelled");
    let why = first["summary"]["outcome"]["message"].as_str().unwrap();
    assert!(why.contains("Replaced by") && why.contains(id(&second)), "{why}");
    until(|| notes().contains(&format!("begin {}", id(&second))).then_some(()));
    let order = [("begin", &first), ("end", &first), ("begin", &second)];
    let expected: String = order.iter().map(|(word, run)| format!("{word} {}\n", id(run))).collect();
    assert_eq!(notes(), expected);
    ann.post(&format!("/runs/{}/cancel", id(&second)), &json!({}));
    ann.until_state(&second, "cancelled");
}

#[test]
fn who_waits_for_a_turn_goes_on_waiting_after_a_restart() {
    let mut server = Server::start();
    let side = server.folder.path().join("side");
    let go = server.folder.path().join("go");
    let script = format!(
        "echo begin >> {side}; while [ ! -e {go} ]; do sleep 0.02; done; echo end >> {side}",
        side = side.display(),
        go = go.display()
    );
    server.install_action("turns", "", &script);
    let mut ann = server.person("ann");
    let first = ann.press("turns", "key-00000001");
    ann.until_state(&first, "running");
    let second = ask(&ann, "turns", "key-00000002").1;
    server.kill();
    server.restart();
    ann.url = server.nobody().url;
    // One that takes no turns is started and ended: whoever wanted to begin would have begun by then.
    server.install_action("check", "kind: check", "true");
    ann.until_state(&ann.press("check", "key-00000003"), "succeeded");
    assert_eq!(ann.until_state(&second, "queued")["summary"]["state"], "queued");
    std::fs::write(&go, "").unwrap();
    ann.until_state(&second, "succeeded");
    assert_eq!(std::fs::read_to_string(side).unwrap(), "begin\nend\nbegin\nend\n");
}

/// Two actions on one target, which says this of several runs at a time.
fn target_that(says: &str) -> Server {
    let more = format!("[targets.narrow]\nenvironment = 'qa'\ngrace = '1s'\nconcurrency = '{says}'\n");
    let server = Server::start_with(&more);
    server.install_action("first", "target: narrow", "sleep 600");
    server.install_action("second", "target: narrow", "echo done");
    server.install_action("look", "target: narrow\nkind: check", "echo fine");
    server
}

#[test]
fn runs_of_different_actions_take_turns_on_a_target_that_queues_and_checks_do_not() {
    let server = target_that("queue");
    let ann = server.person("ann");
    let first = ann.press("first", "key-00000001");
    ann.until_state(&first, "running");
    let second = ann.press("second", "key-00000002");
    // The check goes past the one that waits.
    ann.until_state(&ann.press("look", "key-00000003"), "succeeded");
    assert_eq!(ann.until_state(&second, "queued")["summary"]["state"], "queued");
    ann.post(&format!("/runs/{}/cancel", id(&first)), &json!({}));
    ann.until_state(&second, "succeeded");
}

#[test]
fn a_target_that_refuses_answers_another_action_with_the_run_under_way() {
    let server = target_that("refuse");
    let ann = server.person("ann");
    let first = ann.press("first", "key-00000001");
    let (status, refusal) = ask(&ann, "second", "key-00000002");
    assert_eq!((status, code(&refusal)), (409, "busy"));
    assert_eq!(refusal["details"]["run"]["id"], first["summary"]["id"]);
    ann.until_state(&ann.press("look", "key-00000003"), "succeeded");
    ann.post(&format!("/runs/{}/cancel", id(&first)), &json!({}));
    ann.until_state(&first, "cancelled");
    let (status, second) = ask(&ann, "second", "key-00000004");
    assert_eq!(status, 201, "{second}");
    ann.until_state(&second, "succeeded");
}

#[test]
fn a_target_that_replaces_ends_another_action_s_run_first() {
    let server = target_that("replace");
    let ann = server.person("ann");
    let first = ann.press("first", "key-00000001");
    ann.until_state(&first, "running");
    let second = ann.press("second", "key-00000002");
    let first = ann.until_state(&first, "cancelled");
    assert!(first["summary"]["outcome"]["message"].as_str().unwrap().contains("Replaced by"), "{first}");
    ann.until_state(&second, "succeeded");
}
