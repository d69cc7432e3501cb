//! The event stream, read as a browser would.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Person, Server, id, until};

/// Reads the stream in a thread of its own.
pub(crate) fn listen(person: &Person, query: &str) -> Receiver<Value> {
    let response = person.send("GET", &format!("/events?{query}"), None, &[]);
    assert_eq!(response.status(), 200);
    let (told, tells) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(response.into_body().into_reader()).lines() {
            let Ok(line) = line else { return };
            if let Some(data) = line.strip_prefix("data:")
                && told.send(serde_json::from_str(data.trim()).unwrap()).is_err()
            {
                return;
            }
        }
    });
    tells
}

/// The next message that is wanted.
pub(crate) fn next(tells: &Receiver<Value>, mut wanted: impl FnMut(&Value) -> bool) -> Value {
    loop {
        let message = tells.recv_timeout(Duration::from_secs(60)).expect("the message comes");
        if wanted(&message) {
            return message;
        }
    }
}

#[test]
fn states_come_in_order_without_gap_and_resume_where_one_left_off() {
    let server = Server::start();
    server.install_action("go", "", "echo hi");
    let ann = server.person("ann");
    let live = listen(&ann, "runbook=go");
    assert_eq!(next(&live, |_| true)["type"], "hello");
    let run = ann.press("go", "key-00000001");
    let mut seen = Vec::new();
    while seen.last().map(|(_, state)| state) != Some(&"succeeded".to_owned()) {
        let event = next(&live, |event| event["type"] == "run");
        assert_eq!(event["run"]["id"], run["summary"]["id"]);
        seen.push((event["seq"].as_u64().unwrap(), event["run"]["state"].as_str().unwrap().to_owned()));
    }
    let states: Vec<_> = seen.iter().map(|(_, state)| state.as_str()).collect();
    assert_eq!(states, ["queued", "starting", "running", "succeeded"]);
    let resumed = listen(&ann, &format!("run={}&after={}", id(&run), seen[1].0));
    for (seq, state) in &seen[2..] {
        let event = next(&resumed, |event| event["type"] == "run");
        assert_eq!(
            (event["seq"].as_u64(), event["run"]["state"].as_str()),
            (Some(*seq), Some(state.as_str()))
        );
    }
}

#[test]
fn output_comes_while_the_script_still_runs() {
    let server = Server::start();
    server.install_action("slow", "", "echo ready; sleep 600");
    let ann = server.person("ann");
    let run = ann.press("slow", "key-00000001");
    let live = listen(&ann, &format!("run={}", id(&run)));
    let ready = |event: &Value| event["type"] == "tail" && event["window"]["lines"][0]["text"] == "ready";
    next(&live, ready);
    assert_eq!(ann.until_state(&run, "running")["summary"]["state"], "running");
    ann.post(&format!("/runs/{}/cancel", id(&run)), &Value::Null);
    next(&live, |event| event["type"] == "run" && event["run"]["state"] == "cancelled");
}

#[test]
fn an_approver_sees_the_count_change_without_asking() {
    let server = Server::start();
    server.install_action("open", "target: guarded", "true");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let live = listen(&bob, "");
    next(&live, |event| event["type"] == "approvals" && event["to_answer"] == 0);
    let run = ann.press("open", "key-00000001");
    next(&live, |event| event["type"] == "approvals" && event["to_answer"] == 1);
    bob.answer(&run, "yes");
    next(&live, |event| event["type"] == "approvals" && event["to_answer"] == 0);
}

#[test]
fn a_changed_runbook_is_told() {
    let server = Server::start();
    let live = listen(&server.person("ann"), "");
    next(&live, |event| event["type"] == "hello");
    server.install("new", "# New\n");
    let event = next(&live, |event| event["type"] == "catalog");
    assert_eq!(event["slugs"], serde_json::json!(["new"]));
}

#[test]
fn a_graceful_stop_does_not_wait_for_open_streams() {
    let mut server = Server::start();
    let live = listen(&server.person("ann"), "");
    next(&live, |event| event["type"] == "hello");
    assert!(server.stop());
}

#[test]
fn a_reader_who_signs_out_elsewhere_is_cut_off_within_ten_seconds() {
    let server = Server::start();
    let ann = server.person("ann");
    let live = listen(&ann, "");
    next(&live, |event| event["type"] == "hello");
    let began = std::time::Instant::now();
    assert_eq!(ann.send("DELETE", "/session", None, &[]).status(), 204);
    // The channel closes with the stream.
    while live.recv_timeout(Duration::from_secs(60)).is_ok() {}
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

/// Asks by hand, on a connection that is there: the lines of the answer's head.
fn ask(connection: &mut BufReader<TcpStream>, person: &Person, what: &str) -> Vec<String> {
    let address = connection.get_ref().peer_addr().unwrap();
    let cookie = person.cookie.as_deref().unwrap();
    let head = format!("{what} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n");
    connection.get_mut().write_all(head.as_bytes()).unwrap();
    let lines = connection.by_ref().lines().map(Result::unwrap);
    lines.take_while(|line| !line.is_empty()).map(|line| line.to_lowercase()).collect()
}

fn connect(person: &Person) -> BufReader<TcpStream> {
    let address = person.url.strip_prefix("http://").unwrap().split('/').next().unwrap();
    BufReader::new(TcpStream::connect(address).unwrap())
}

#[test]
fn a_stream_is_its_connection_s_last_answer_and_other_answers_are_not() {
    let server = Server::start();
    let ann = server.person("ann");
    let mut connection = connect(&ann);
    // The head of a stream alone is an answer like others.
    for what in ["HEAD /api/v1/session", "HEAD /api/v1/events"] {
        assert_eq!(ask(&mut connection, &ann, what)[0], "http/1.1 200 ok", "{what}");
    }
    let head = ask(&mut connection, &ann, "GET /api/v1/events");
    let has = |line: &str| head.iter().any(|it| it == line);
    assert_eq!(head[0], "http/1.1 200 ok");
    assert!(has("connection: close") && has("content-type: text/event-stream"), "{head:?}");
    assert!(has("x-content-type-options: nosniff"), "what every answer carries: {head:?}");
    let mut line = String::new();
    connection.read_line(&mut line).unwrap();
    assert!(line.starts_with("data: {\"type\":\"hello\""), "{line}");
}

#[test]
fn readers_who_hang_up_are_let_go_before_they_would_be_told_anything() {
    let server = Server::start();
    let ann = server.person("ann");
    let open = || std::fs::read_dir(format!("/proc/{}/fd", server.pid())).unwrap().count();
    let streams: Vec<_> = (0..50)
        .map(|_| {
            let mut connection = connect(&ann);
            ask(&mut connection, &ann, "GET /api/v1/events");
            connection
        })
        .collect();
    // What the server opens and closes for itself meanwhile is a few at most.
    let held = open();
    drop(streams);
    let begun = Instant::now();
    until(|| (open() + 40 <= held).then_some(()));
    assert!(begun.elapsed() < Duration::from_secs(10), "only the next sign of life found out");
}
