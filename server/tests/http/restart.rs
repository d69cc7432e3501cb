use crate::harness::{Server, id, until};

#[test]
fn a_run_goes_on_while_the_server_is_dead_and_is_followed_again() {
    let mut server = Server::start();
    let go = server.folder.path().join("go");
    server.install_action(
        "long",
        "",
        &format!("echo before; while [ ! -e {} ]; do sleep 0.1; done; echo after", go.display()),
    );
    let mut ann = server.person("ann");
    let run = ann.press("long", "key-00000001");
    ann.until_state(&run, "running");
    server.kill();
    server.restart();
    ann.url = server.nobody().url;
    assert_eq!(ann.until_state(&run, "running")["summary"]["state"], "running");
    std::fs::write(go, "").unwrap();
    let run = ann.until_state(&run, "succeeded");
    assert_eq!(ann.log(&run), "before\nafter\n");
}

#[test]
fn what_ended_while_the_server_was_dead_is_recorded_afterwards() {
    let mut server = Server::start();
    let go = server.folder.path().join("go");
    server.install_action(
        "long",
        "",
        &format!("while [ ! -e {} ]; do sleep 0.1; done; exit 3", go.display()),
    );
    let mut ann = server.person("ann");
    let run = ann.press("long", "key-00000001");
    ann.until_state(&run, "running");
    server.kill();
    std::fs::write(go, "").unwrap();
    let exit = server.folder.path().join("data/runs").join(id(&run)).join("exit");
    until(|| exit.exists().then_some(()));
    server.restart();
    ann.url = server.nobody().url;
    assert_eq!(ann.until_state(&run, "failed")["summary"]["outcome"]["exit_code"], 3);
}

#[test]
fn a_waiting_request_waits_on_after_a_restart_but_not_with_a_typed_secret() {
    let mut server = Server::start();
    server.install_action("open", "target: guarded", "true");
    server.install(
        "secret",
        "---\ninputs:\n  token: {type: secret}\n---\n```sh\n#| action: Use\n#| target: guarded\necho \"$token\"\n```\n",
    );
    let mut ann = server.person("ann");
    let plain = ann.press("open", "key-00000001");
    let mut request = ann.request("secret", "key-00000002");
    request["secrets"] = serde_json::json!({"token": "abc"});
    let with_secret = ann.post("/runs", &request).1;
    assert!(server.stop());
    server.restart();
    ann.url = server.nobody().url;
    ann.until_state(&with_secret, "expired");
    assert_eq!(server.person("bob").answer(&plain, "yes").0, 200);
    ann.until_state(&plain, "succeeded");
}

#[test]
fn two_servers_never_share_a_data_folder() {
    let server = Server::start();
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_lastmile"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(server.folder.path().join("data"))
        .output()
        .unwrap();
    assert!(!second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains("another server"));
}
