//! Signing in by name and password: what the command sets, what the server takes, and how long a session holds.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::harness::{Person, Server, code};

const PASSWORD: &str = "correct horse battery";
const AUTH: &str = "[auth]\nmodes = [\"password\"]\n";

/// `lastmile user …` beside the running server, with a password on standard input.
fn user(server: &Server, words: &[&str], password: &str) -> Output {
    let folder = server.folder.path();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lastmile"));
    command.arg("user").args(words).arg("--config").arg(folder.join("config.toml"));
    command.arg("--data").arg(folder.join("data"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that asks for none has closed its end.
    let _ = writeln!(child.stdin.take().unwrap(), "{password}");
    child.wait_with_output().unwrap()
}

fn add(server: &Server, words: &[&str]) {
    let output = user(server, &[&["add"], words].concat(), PASSWORD);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn sign_in(as_whom: &Person, name: &str, password: &str) -> (u16, Value, Option<String>) {
    let body = json!({ "mode": "password", "name": name, "password": password }).to_string();
    let mut response = as_whom.send("POST", "/session", Some(&body), &[]);
    let cookie = response.headers().get("set-cookie").map(|it| it.to_str().unwrap().to_owned());
    let text = response.body_mut().read_to_string().unwrap();
    (response.status().as_u16(), serde_json::from_str(&text).unwrap(), cookie)
}

fn with_cookie(server: &Server, cookie: &str) -> Person {
    Person { cookie: Some(cookie.split(';').next().unwrap().to_owned()), ..server.nobody() }
}

#[test]
fn somebody_whom_the_command_added_signs_in_without_a_restart() {
    let server = Server::start_with(AUTH);
    assert_eq!(sign_in(&server.nobody(), "zoe", PASSWORD).0, 403);
    add(&server, &["zoe", "--name", "Zoe", "--team", "net"]);
    let (status, session, cookie) = sign_in(&server.nobody(), "zoe", PASSWORD);
    assert_eq!((status, &session["person"]["name"]), (200, &json!("Zoe")), "{session}");
    let zoe = with_cookie(&server, &cookie.unwrap());
    let (_, session) = zoe.get("/session");
    assert_eq!((&session["person"]["teams"], &session["how"]), (&json!(["net"]), &json!("password")));
}

#[test]
fn a_wrong_password_and_an_unknown_name_read_alike() {
    let server = Server::start_with(AUTH);
    add(&server, &["ann"]);
    let (status, wrong, cookie) = sign_in(&server.nobody(), "ann", "correct horse batterz");
    assert_eq!((status, code(&wrong), cookie), (403, "wrong_password", None));
    let unknown = sign_in(&server.nobody(), "nobody-at-all", PASSWORD);
    assert_eq!((unknown.0, unknown.1), (status, wrong));
}

#[test]
fn guessing_is_slowed_down_and_says_for_how_long() {
    let server = Server::start_with(&format!("{AUTH}[auth.limits]\nfailures = 3\n"));
    add(&server, &["ann"]);
    for _ in 0..3 {
        assert_eq!(sign_in(&server.nobody(), "ann", "a wrong password").0, 403);
    }
    let body = json!({ "mode": "password", "name": "ann", "password": PASSWORD }).to_string();
    let response = server.nobody().send("POST", "/session", Some(&body), &[]);
    assert_eq!(response.status(), 429);
    let after: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=20).contains(&after), "{after}");
}

#[test]
fn a_new_sign_in_ends_the_session_that_the_browser_had() {
    let server = Server::start_with(AUTH);
    add(&server, &["ann"]);
    let first = with_cookie(&server, &sign_in(&server.nobody(), "ann", PASSWORD).2.unwrap());
    let second = with_cookie(&server, &sign_in(&first, "ann", PASSWORD).2.unwrap());
    assert_ne!(first.cookie, second.cookie);
    assert_eq!((first.get("/runs").0, second.get("/runs").0), (401, 200));
    assert_eq!(first.get("/session").1["ended"], true);
}

#[test]
fn a_new_password_and_a_removal_sign_out_everywhere_at_once() {
    let server = Server::start_with(AUTH);
    add(&server, &["zoe"]);
    let before = with_cookie(&server, &sign_in(&server.nobody(), "zoe", PASSWORD).2.unwrap());
    assert!(user(&server, &["passwd", "zoe"], "another horse battery").status.success());
    assert_eq!(before.get("/runs").0, 401);
    assert_eq!(sign_in(&server.nobody(), "zoe", PASSWORD).0, 403);
    let (_, _, cookie) = sign_in(&server.nobody(), "zoe", "another horse battery");
    let after = with_cookie(&server, &cookie.unwrap());
    assert!(user(&server, &["remove", "zoe"], "").status.success());
    assert_eq!(after.get("/runs").0, 401);
}

#[test]
fn the_command_refuses_short_passwords_unknown_teams_and_who_is_there() {
    let server = Server::start_with(AUTH);
    assert!(!user(&server, &["add", "zoe"], "short").status.success());
    let unknown = user(&server, &["add", "zoe", "--team", "nobodys"], PASSWORD);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no team `nobodys`"));
    add(&server, &["zoe"]);
    assert!(!user(&server, &["add", "zoe"], PASSWORD).status.success());
    assert!(!user(&server, &["passwd", "yan"], PASSWORD).status.success());
}

#[test]
fn no_password_is_anywhere_in_the_data() {
    let server = Server::start_with(AUTH);
    add(&server, &["ann"]);
    assert_eq!(sign_in(&server.nobody(), "ann", PASSWORD).0, 200);
    // It happens: the password typed where the name belongs.
    assert_eq!(sign_in(&server.nobody(), PASSWORD, "a wrong password").0, 403);
    let files: Vec<_> =
        std::fs::read_dir(server.folder.path().join("data")).unwrap().map(|it| it.unwrap().path()).collect();
    let found = |needle: &str| {
        let holds = |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        files.iter().filter(|path| path.is_file()).any(|path| holds(&std::fs::read(path).unwrap()))
    };
    assert!(found("session.begun"), "the record is among what is searched");
    assert!(!found(PASSWORD));
    assert!(!found("a wrong password"));
}
