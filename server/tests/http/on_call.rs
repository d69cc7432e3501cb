//! Who is on call, told by a real command and a real address, and everybody where neither knows.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Person, Server, id, until};

fn server(on_call: &str) -> Server {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("duty.json"), r#"{"oncalls": [{"user": "cid"}, {"user": "gone"}]}"#)
        .unwrap();
    let server =
        Server::start_in(folder, &format!("[teams.net.on_call]\n{on_call}\nrefresh = \"1s\"\n"), &[]);
    server.install_action("open", "target: guarded", "true");
    server
}

fn on_call(person: &Person, run: &Value) -> Value {
    person.get(&format!("/runs/{}", id(run))).1["on_call"].clone()
}

#[test]
fn a_command_says_who_is_on_call_and_anybody_of_the_team_may_still_answer() {
    let server = server("command = [\"cat\", \"duty.json\"]\npeople = \"oncalls.*.user\"");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let run = ann.press("open", "key-00000001");
    let told = until(|| Some(on_call(&ann, &run)).filter(|told| *told != json!([])));
    assert_eq!((&told[0]["team"], &told[0]["people"][0]["id"]), (&json!("net"), &json!("cid")));
    assert_eq!(told[0]["people"].as_array().unwrap().len(), 1);
    // Once the command fails nobody is on call in particular.
    std::fs::remove_file(server.folder.path().join("duty.json")).unwrap();
    until(|| (on_call(&ann, &run) == json!([])).then_some(()));
    assert_eq!(bob.answer(&run, "yes").0, 200);
    ann.until_state(&run, "succeeded");
    assert_eq!(on_call(&ann, &run), json!([]));
}

#[test]
fn where_nobody_on_call_could_answer_the_whole_team_is_meant() {
    let server = server("command = [\"cat\", \"duty.json\"]\npeople = \"oncalls.*.user\"");
    let duty = |text: &str| {
        // Never half a file.
        std::fs::write(server.folder.path().join("new"), text).unwrap();
        std::fs::rename(server.folder.path().join("new"), server.folder.path().join("duty.json")).unwrap();
    };
    let of = |who: &str| duty(&format!("{{\"oncalls\": [{{\"user\": \"{who}\"}}]}}"));
    let bob = server.person("bob");
    let run = bob.press("open", "key-00000001");
    // Nobody there, one of another team, who asks, and no answer at all.
    for wrong in ["gone", "ann", "bob", "\"}]}garbage"] {
        of("cid");
        until(|| (on_call(&bob, &run)[0]["people"][0]["id"] == "cid").then_some(()));
        of(wrong);
        until(|| (on_call(&bob, &run) == json!([])).then_some(()));
    }
    assert_eq!(server.person("cid").answer(&run, "yes").0, 200);
}

#[test]
fn an_address_says_who_is_on_call() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/duty", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let asked = lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
            let known = asked.to_lowercase().contains("authorization: token t0ken");
            let body = if known { "[\"bob\"]" } else { "[]" };
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = write!(&stream, "{head}{body}");
        }
    });
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("header"), "Authorization: Token t0ken\n").unwrap();
    let more = format!("[teams.net.on_call]\nurl = \"{url}\"\nheader_file = \"header\"\nrefresh = \"1s\"\n");
    let server = Server::start_in(folder, &more, &[]);
    server.install_action("open", "target: guarded", "true");
    let ann = server.person("ann");
    let run = ann.press("open", "key-00000001");
    let told = until(|| Some(on_call(&ann, &run)).filter(|told| *told != json!([])));
    assert_eq!(told[0]["people"][0]["id"], "bob");
}
