//! Logs are compressed some time after the end, and nobody who reads them sees a difference.

use std::path::{Path, PathBuf};

use lastmile_runbook::digest::sha256_hex;
use serde_json::Value;

use crate::harness::{Person, Server, code, id, until};

/// A server that compresses at once whatever has ended when it starts.
fn server() -> Server {
    Server::start_with("[retention]\ncompress = \"0s\"\n")
}

fn restart(server: &mut Server, ann: &mut Person) {
    server.kill();
    server.restart();
    ann.url = server.nobody().url;
}

fn dir(server: &Server, run: &Value) -> PathBuf {
    server.folder.path().join("data/runs").join(id(run))
}

fn is_compressed(dir: &Path) -> bool {
    dir.join("log.zst").exists() && !dir.join("log").exists() && !dir.join("index").exists()
}

/// Status, headers that say what it is, and the digest of the body.
fn asked(person: &Person, path: &str, headers: &[(&str, &str)]) -> (u16, Vec<Option<String>>, String) {
    let mut answer = person.send("GET", path, None, headers);
    let names = ["etag", "content-length", "content-range", "accept-ranges", "content-type"];
    let said = names.map(|name| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()));
    let body = answer.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
    (answer.status().as_u16(), said.to_vec(), sha256_hex(&body))
}

#[test]
fn every_answer_about_a_log_is_the_same_after_it_was_compressed() {
    let mut server = server();
    let script = "seq 1 60000; printf '\\033[31mred\\033[0m'; echo wrong >&2; printf 'no end'";
    server.install_action("act", "", script);
    let mut ann = server.person("ann");
    let run = ann.until_state(&ann.press("act", "key-00000001"), "succeeded");
    let log = format!("/runs/{}/log", id(&run));
    let raw = format!("{log}.txt?escapes=keep");
    let etag = asked(&ann, &raw, &[]).1[0].clone().unwrap();
    let questions: Vec<(String, Vec<(&str, &str)>)> = vec![
        (log.clone(), vec![]),
        (format!("{log}?first=59990&count=100"), vec![]),
        (format!("{log}?first=30000&count=700"), vec![]),
        (format!("{log}/search?q=59"), vec![]),
        (format!("{log}/search?q=%5E5.*9%24&regex=1&after=40000"), vec![]),
        (format!("{log}/search?q=wrong&stream=stderr"), vec![]),
        (format!("{log}.txt"), vec![]),
        (raw.clone(), vec![]),
        (raw.clone(), vec![("range", "bytes=262100-262200")]),
        (raw.clone(), vec![("range", "bytes=-30")]),
        (raw.clone(), vec![("range", "bytes=99999999-")]),
        (raw.clone(), vec![("if-none-match", &etag)]),
        (raw, vec![("range", "bytes=7-9"), ("if-range", &etag)]),
    ];
    let ask = |ann: &Person| questions.iter().map(|(path, with)| asked(ann, path, with)).collect::<Vec<_>>();
    let before = ask(&ann);
    let dir = dir(&server, &run);
    assert!(dir.join("log").exists());
    restart(&mut server, &mut ann);
    until(|| is_compressed(&dir).then_some(()));
    for ((question, before), after) in questions.iter().zip(before).zip(ask(&ann)) {
        assert_eq!(before, after, "{question:?}");
    }
}

#[test]
fn a_run_under_way_and_one_without_an_exit_record_keep_their_logs_as_they_are() {
    let mut server = server();
    server.install_action("ended", "", "seq 1 5000");
    server.install_action("lost", "", "seq 2 5000");
    server.install_action("slow", "", "seq 1 5000; sleep 600");
    let mut ann = server.person("ann");
    let slow = ann.press("slow", "key-00000001");
    let lost = ann.until_state(&ann.press("lost", "key-00000002"), "succeeded");
    let ended = ann.until_state(&ann.press("ended", "key-00000003"), "succeeded");
    std::fs::remove_file(dir(&server, &lost).join("exit")).unwrap();
    until(|| ann.log(&slow).ends_with("\n5000\n").then_some(()));
    // The oldest comes first, so when this one is done, the others were left alone.
    restart(&mut server, &mut ann);
    until(|| is_compressed(&dir(&server, &ended)).then_some(()));
    for run in [&slow, &lost] {
        assert!(dir(&server, run).join("log").exists() && !dir(&server, run).join("log.zst").exists());
        assert!(ann.log(run).ends_with("\n5000\n"));
    }
    ann.post(&format!("/runs/{}/cancel", id(&slow)), &Value::Null);
    ann.until_state(&slow, "cancelled");
}

#[test]
fn a_server_killed_while_it_compresses_leaves_a_log_that_the_next_one_serves() {
    let mut server = server();
    server.install_action("act", "", "seq 1 2000000");
    let mut ann = server.person("ann");
    let run = ann.until_state(&ann.press("act", "key-00000001"), "succeeded");
    let expected: String = (1..=2_000_000).map(|n| format!("{n}\n")).collect();
    let dir = dir(&server, &run);
    for draft in ["log.zst.new", "index.zst.new"] {
        restart(&mut server, &mut ann);
        // It may be over before anybody looks; then there was nothing to cut off.
        until(|| (dir.join(draft).exists() || is_compressed(&dir)).then_some(()));
    }
    restart(&mut server, &mut ann);
    let path = format!("/runs/{}/log.txt", id(&run));
    assert_eq!(asked(&ann, &path, &[]).2, sha256_hex(expected.as_bytes()));
    until(|| is_compressed(&dir).then_some(()));
    assert_eq!(asked(&ann, &path, &[]).2, sha256_hex(expected.as_bytes()));
}

#[test]
fn the_record_says_when_a_log_is_gone() {
    let mut server = Server::start_with("[retention]\ncount = 1\n");
    server.install_action("act", "", "echo hello");
    let mut ann = server.person("ann");
    let old = ann.until_state(&ann.press("act", "key-00000001"), "succeeded");
    assert_eq!(old["log_removed"], Value::Null);
    let new = ann.until_state(&ann.press("act", "key-00000002"), "succeeded");
    restart(&mut server, &mut ann);
    let record = |run: &Value| ann.get(&format!("/runs/{}", id(run))).1;
    until(|| (record(&old)["log_removed"] == true).then_some(()));
    assert_eq!(record(&new)["log_removed"], Value::Null);
    assert_eq!(code(&ann.get(&format!("/runs/{}/log", id(&old))).1), "log_gone");
}
