//! What people do over HTTP stands in the record, and nothing happens that can't stand there.

use std::process::Command;

use serde_json::{Value, json};
use sqlx::SqlitePool;

use crate::harness::{Server, code, id};

fn audit(server: &Server, words: &[&str]) -> (i32, String) {
    let data = server.folder.path().join("data");
    let output = Command::new(env!("CARGO_BIN_EXE_lastmile"))
        .arg("audit")
        .args(words)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

fn entries(server: &Server) -> Vec<Value> {
    let (code, text) = audit(server, &["export"]);
    assert_eq!(code, 0, "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Who did what, in order.
fn told(server: &Server) -> Vec<String> {
    let by = |entry: &Value| entry["by"].as_str().unwrap_or("-").to_owned();
    entries(server).iter().map(|entry| format!("{} {}", by(entry), entry["did"].as_str().unwrap())).collect()
}

fn by_hand(server: &Server, statement: &'static str) {
    let path = server.folder.path().join("data/lastmile.sqlite");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let hand = SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
        sqlx::raw_sql(statement).execute(&hand).await.unwrap();
        hand.close().await;
    });
}

#[test]
fn a_run_from_request_to_end_stands_in_the_record_with_what_it_rested_on() {
    let server = Server::start();
    server.install_action("open", "target: guarded", "true");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let run = ann.press("open", "key-00000001");
    assert_eq!(ann.answer(&run, "yes").0, 403);
    assert_eq!(bob.answer(&run, "yes").0, 200);
    ann.until_state(&run, "succeeded");
    let told = told(&server);
    let of_run: Vec<_> = told.iter().filter(|line| !line.contains("session.")).map(String::as_str).collect();
    let expected = [
        "ann run.requested",
        "ann refused",
        "bob run.answered",
        "- run.approved",
        "- run.queued",
        "- run.starting",
        "- run.running",
        "- run.succeeded",
    ];
    // The end of a short run can be recorded before its beginning is.
    let mut sorted = of_run.clone();
    sorted.sort_by_key(|line| expected.iter().position(|it| it == line));
    assert_eq!(sorted, expected, "{of_run:?}");
    assert_eq!(of_run[..6], expected[..6]);
    let all = entries(&server);
    let request = all.iter().find(|entry| entry["did"] == "run.requested").unwrap();
    assert_eq!(request["run"].as_str(), Some(id(&run)));
    assert_eq!(request["detail"]["digest"], run["digest"]);
    assert_eq!(request["detail"]["rested_on"]["rules"][0]["rule"], "open/everybody");
    assert_eq!(request["detail"]["rested_on"]["policy"].as_str().map(str::len), Some(64));
    let answer = all.iter().find(|entry| entry["did"] == "run.answered").unwrap();
    assert_eq!(answer["detail"]["judgement"], "checked");
    let refusal = all.iter().find(|entry| entry["did"] == "refused").unwrap();
    assert_eq!(refusal["detail"]["asked"], "run.answer");
    assert_eq!(
        refusal["detail"]["why"],
        "Nobody can agree to their own request. Somebody else of the team must."
    );
    let (code, said) = audit(&server, &["verify"]);
    assert_eq!(code, 0, "{said}");
    let head = audit(&server, &["head"]).1;
    assert_eq!(audit(&server, &["verify", "--head", head.trim()]).0, 0);
}

#[test]
fn refusals_are_kept_with_the_rules_behind_them_and_without_secrets() {
    let server = Server::start();
    server.install(
        "theirs",
        "---\ninputs:\n  pool: {type: string}\n  token: {type: secret}\n---\n```sh\n#| action: Act\n#| target: theirs\necho \"$pool$token\"\n```\n",
    );
    let ann = server.person("ann");
    let mut request = ann.request("theirs", "key-00000001");
    request["inputs"] = json!({"pool": "blue", "token": "hunter2-typed-in-the-wrong-place"});
    request["secrets"] = json!({"token": "hunter2"});
    let (status, error) = ann.post("/runs", &request);
    assert_eq!((status, code(&error)), (403, "forbidden"));
    let refusal = entries(&server).into_iter().find(|entry| entry["did"] == "refused").unwrap();
    assert_eq!(refusal["by"], "ann");
    assert_eq!(refusal["detail"]["why"], "Only net may run on theirs. Ask one of them.");
    assert_eq!(refusal["detail"]["rested_on"]["rules"][0]["rule"], "may_run of target theirs (config)");
    assert_eq!(refusal["detail"]["detail"]["inputs"], json!({"pool": "blue"}));
    assert!(!audit(&server, &["export"]).1.contains("hunter2"));
}

#[test]
fn signing_in_and_out_ticks_and_cancels_are_kept() {
    let server = Server::start();
    server.install("steps", "- [ ] Look <!-- step: {name: look} -->\n");
    server.install_action("long", "", "sleep 60");
    let ann = server.person("ann");
    let revision = ann.get("/runbooks/steps").1["revision"].clone();
    let tick = |done: bool| json!({"runbook": "steps", "revision": revision, "step": "look", "done": done});
    assert!(ann.post("/steps", &tick(true)).0 < 300);
    assert!(ann.post("/steps", &tick(false)).0 < 300);
    let run = ann.until_state(&ann.press("long", "key-00000001"), "running");
    assert_eq!(ann.post(&format!("/runs/{}/cancel", id(&run)), &json!({})).0, 200);
    ann.until_state(&run, "cancelled");
    assert!(ann.send("DELETE", "/session", None, &[]).status().is_success());
    let stranger = json!({"mode": "demo", "person": "mallory"});
    assert_eq!(server.nobody().post("/session", &stranger).0, 403);
    assert_eq!(ann.post("/steps", &tick(true)).0, 401);
    let refusal = entries(&server).into_iter().find(|entry| entry["did"] == "refused").unwrap();
    assert_eq!((&refusal["by"], &refusal["detail"]["person"]), (&Value::Null, &json!("mallory")));
    let told = told(&server);
    for line in [
        "ann session.begun",
        "ann step.ticked",
        "ann step.unticked",
        "ann run.cancel",
        "- run.cancelling",
        "- run.cancelled",
        "ann session.ended",
    ] {
        assert!(told.iter().any(|it| it == line), "{line}: {told:?}");
    }
    assert_eq!(audit(&server, &["verify"]).0, 0);
}

#[test]
fn what_can_t_stand_in_the_record_does_not_happen_and_a_running_script_can_still_be_cancelled() {
    let server = Server::start();
    let mark = server.folder.path().join("mark");
    server.install_action("touch", "", &format!("touch {}", mark.display()));
    server.install_action("open", "target: guarded", &format!("touch {}", mark.display()));
    server.install_action("long", "", "sleep 60");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let waiting = ann.press("open", "key-00000001");
    let long = ann.until_state(&ann.press("long", "key-00000002"), "running");
    by_hand(&server, "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'no space'); END");
    let (status, error) = ann.post("/runs", &ann.request("touch", "key-00000003"));
    assert_eq!((status, code(&error)), (503, "cannot_record"));
    let (status, error) = bob.answer(&waiting, "yes");
    assert_eq!((status, code(&error)), (503, "cannot_record"));
    assert_eq!(ann.get(&format!("/runs/{}", id(&waiting))).1["approvals"], json!([]));
    assert_eq!(ann.post(&format!("/runs/{}/cancel", id(&long)), &json!({})).0, 200);
    let exit = server.folder.path().join("data/runs").join(id(&long)).join("exit");
    crate::harness::until(|| exit.exists().then_some(()));
    by_hand(&server, "DROP TRIGGER full");
    ann.until_state(&long, "cancelled");
    assert!(!mark.exists());
    assert_eq!(audit(&server, &["verify"]).0, 0);
}

/// What entries are found by, as one text.
fn index(server: &Server) -> Vec<String> {
    let path = server.folder.path().join("data/lastmile.sqlite");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let hand = SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
        let rows = sqlx::query_scalar(
            "SELECT 'entry ' || json_array(seq, at, person, did, run, runbook, action, target) FROM audit_index
             UNION ALL SELECT 'hour ' || json_array(hour, first_seq, last_seq) FROM audit_hours",
        );
        let rows = rows.fetch_all(&hand).await.unwrap();
        hand.close().await;
        rows
    })
}

#[test]
fn a_record_of_an_older_server_gets_the_index_that_it_would_have_had() {
    let mut server = Server::start();
    server.install("steps", "- [ ] Look <!-- step: {name: look} -->\n");
    server.install_action("open", "target: local", "true");
    server.install_action("shut", "target: theirs", "true");
    let ann = server.person("ann");
    ann.until_state(&ann.press("open", "key-00000001"), "succeeded");
    assert_eq!(ann.post("/runs", &ann.request("shut", "key-00000002")).0, 403);
    let revision = ann.get("/runbooks/steps").1["revision"].clone();
    let tick = json!({"runbook": "steps", "revision": revision, "step": "look", "done": true});
    assert_eq!(ann.post("/steps", &tick).0, 204);
    for (kind, name) in [("action", "open#act"), ("target", "local"), ("runbook", "open")] {
        assert_eq!(ann.post("/watching", &json!({"kind": kind, "name": name, "on": true})).0, 200);
    }
    assert!(server.stop());
    let before = index(&server);
    assert!(before.len() > 10);
    by_hand(
        &server,
        "DROP TABLE audit_index; DROP TABLE audit_hours; DELETE FROM _sqlx_migrations WHERE version = 75",
    );
    assert_eq!(audit(&server, &["verify"]).0, 0, "a record without an index is one");
    server.restart();
    assert_eq!(index(&server), before);
    assert_eq!(audit(&server, &["verify"]).0, 0);
}

#[test]
fn an_entry_that_somebody_has_damaged_before_the_upgrade_does_not_keep_the_server_from_starting() {
    let mut server = Server::start();
    server.person("ann");
    server.person("bob");
    assert!(server.stop());
    by_hand(
        &server,
        "DROP TABLE audit_index; DROP TABLE audit_hours; DELETE FROM _sqlx_migrations WHERE version = 75;
         DROP TRIGGER audit_stays; UPDATE audit SET entry = x'7b00ff' WHERE seq = 1",
    );
    server.restart();
    assert_eq!(audit(&server, &["verify"]).1, "BROKEN: entry 1 was changed: its hash is another\n");
}

#[test]
fn verify_says_what_was_done_to_the_record() {
    let server = Server::start();
    server.person("ann");
    server.person("bob");
    by_hand(&server, "DROP TRIGGER audit_is_kept; DELETE FROM audit WHERE seq = 1");
    let (code, said) = audit(&server, &["verify"]);
    assert_eq!((code, said.as_str()), (1, "BROKEN: entry 1 is missing: 2 stands there\n"));
    assert_eq!(audit(&server, &["verify", "--head", "x"]).0, 2);
}
