//! With a yes, somebody allows that exactly the same runs again: so often, for so long, and until they take it back.

use serde_json::{Value, json};

use crate::harness::{Person, Server, code, id, until};

/// A guarded action that fails, and says in a file each time that it ran.
fn guarded(header: &str) -> Server {
    let server = Server::start();
    let script = format!("echo \"$LASTMILE_RUN_ID\" >> {}; exit 3", side(&server));
    server.install_action("open", header, &script);
    server
}

fn side(server: &Server) -> String {
    server.folder.path().join("side").display().to_string()
}

/// How often the script ran, as it says itself.
fn starts(server: &Server) -> usize {
    std::fs::read_to_string(side(server)).unwrap_or_default().lines().count()
}

fn yes(person: &Person, run: &Value, retries: &Value) -> (u16, Value) {
    let body = json!({"digest": run["digest"], "answer": "yes", "judgement": "checked", "retries": retries});
    person.post(&format!("/runs/{}/approvals", id(run)), &body)
}

fn retry(person: &Person, run: &Value, key: &str) -> (u16, Value) {
    let body = json!({"digest": run["digest"], "idempotency_key": key});
    person.post(&format!("/runs/{}/retries", id(run)), &body)
}

fn withdraw(person: &Person, run: &Value) -> (u16, Value) {
    let mut response = person.send("DELETE", &format!("/runs/{}/retries", id(run)), None, &[]);
    (response.status().as_u16(), response.body_mut().read_json().unwrap())
}

/// Ann's run, which bob has agreed to with so many retries, and which has failed.
fn failed(server: &Server, count: u32) -> Value {
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let run = ann.press("open", "key-00000001");
    assert_eq!(yes(&bob, &run, &json!({"count": count, "minutes": 30})).0, 200);
    ann.until_state(&run, "failed")
}

fn message(error: &Value) -> &str {
    error["message"].as_str().unwrap()
}

#[test]
fn the_requester_retries_exactly_the_same_as_often_as_was_allowed_and_everybody_sees_by_whose_yes() {
    let server = guarded("target: guarded\nconcurrency: queue");
    let (ann, cid) = (server.person("ann"), server.person("cid"));
    let run = failed(&server, 2);
    let shown = &run["retries"];
    assert_eq!(
        (&shown["count"], &shown["may_retry"], &shown["of"]),
        (&json!(2), &json!(true), &run["summary"]["id"])
    );
    assert_eq!(
        (&shown["approvals"][0]["by"]["id"], &shown["approvals"][0]["retries"]["count"]),
        (&json!("bob"), &json!(2))
    );
    // The file moves on; what was agreed to does not.
    server.install_action("open", "target: guarded", "echo something else");
    let (status, first) = retry(&ann, &run, "retry-0000001");
    assert_eq!(status, 201, "{first}");
    assert_eq!((&first["script"], &first["revision"]), (&run["script"], &run["revision"]));
    assert_eq!((&first["rerun_of"], &first["retries"]["of"]), (&run["summary"]["id"], &run["summary"]["id"]));
    assert_eq!(first["retries"]["approvals"][0]["by"]["id"], "bob");
    ann.until_state(&first, "failed");
    let (status, second) = retry(&ann, &run, "retry-0000002");
    assert_eq!(status, 201, "{second}");
    let second = ann.until_state(&second, "failed");
    assert_eq!(second["retries"]["runs"].as_array().unwrap().len(), 2);
    let (status, error) = retry(&ann, &run, "retry-0000003");
    assert_eq!((status, code(&error)), (409, "wrong_state"));
    assert!(message(&error).starts_with("All 2 retries"), "{error}");
    assert_eq!(starts(&server), 3);
    let seen = cid.get(&format!("/runs/{}", id(&run))).1;
    assert_eq!(
        (&seen["retries"]["may_retry"], &seen["retries"]["may_withdraw"]),
        (&json!(false), &json!(false))
    );
    assert!(seen["retries"]["why_not"].as_str().unwrap().starts_with("All 2"), "{seen}");
}

#[test]
fn the_same_key_is_the_same_retry_and_one_waits_for_the_end_of_the_one_before() {
    let server = Server::start();
    server.install_action("open", "target: guarded", &format!("echo x >> {}; sleep 60", side(&server)));
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let run = ann.press("open", "key-00000001");
    assert_eq!(yes(&bob, &run, &json!({"count": 3, "minutes": 30})).0, 200);
    ann.until_state(&run, "running");
    let (status, error) = retry(&ann, &run, "retry-0000001");
    assert_eq!((status, code(&error)), (409, "wrong_state"));
    assert!(message(&error).contains("not ended yet"), "{error}");
    let cancel = |run: &Value| {
        assert_eq!(ann.post(&format!("/runs/{}/cancel", id(run)), &json!({})).0, 200);
        ann.until_state(run, "cancelled");
    };
    cancel(&run);
    let (status, first) = retry(&ann, &run, "retry-0000001");
    assert_eq!(status, 201, "{first}");
    let (status, again) = retry(&ann, &run, "retry-0000001");
    assert_eq!((status, id(&again)), (200, id(&first)));
    ann.until_state(&first, "running");
    assert_eq!(retry(&ann, &run, "retry-0000002").0, 409);
    let other = ann.request("open", "retry-0000001");
    assert_eq!(code(&ann.post("/runs", &other).1), "key_reused");
    // A retry is of what was agreed to, never of a retry.
    cancel(&first);
    let (status, error) = retry(&ann, &ann.get(&format!("/runs/{}", id(&first))).1, "retry-0000003");
    assert_eq!((status, message(&error).contains("Nobody has allowed")), (409, true), "{error}");
}

#[test]
fn nobody_but_the_requester_retries_and_never_what_another_digest_names() {
    let server = guarded("target: guarded");
    let run = failed(&server, 3);
    for other in ["bob", "cid"] {
        let (status, error) = retry(&server.person(other), &run, "retry-0000001");
        assert_eq!((status, code(&error)), (403, "forbidden"));
    }
    let mut stale = run.clone();
    stale["digest"] = json!("0".repeat(64));
    assert_eq!(code(&retry(&server.person("ann"), &stale, "retry-0000002").1), "digest_mismatch");
    assert_eq!(retry(&server.person("ann"), &run, "short").0, 400);
    assert_eq!(starts(&server), 1);
}

#[test]
fn whoever_allowed_retries_takes_them_back_at_once_and_nobody_else_does() {
    let server = guarded("target: guarded");
    let (ann, bob, cid) = (server.person("ann"), server.person("bob"), server.person("cid"));
    let run = failed(&server, 3);
    assert_eq!(bob.get(&format!("/runs/{}", id(&run))).1["retries"]["may_withdraw"], true);
    for other in [&ann, &cid] {
        assert_eq!(withdraw(other, &run).0, 403);
    }
    let (status, after) = withdraw(&bob, &run);
    assert_eq!(status, 200, "{after}");
    assert!(after["retries"]["approvals"][0]["retries"]["withdrawn"].is_i64(), "{after}");
    assert_eq!(after["retries"]["may_withdraw"], false);
    let (status, error) = retry(&ann, &run, "retry-0000001");
    assert_eq!((status, message(&error).starts_with("Bob has withdrawn")), (409, true), "{error}");
    assert_eq!(withdraw(&bob, &run).0, 200, "as often as one likes");
    assert_eq!(starts(&server), 1);
    let dids: Vec<_> = server.audit().iter().map(|entry| entry["did"].as_str().unwrap().to_owned()).collect();
    assert_eq!(dids.iter().filter(|did| *did == "run.retries_withdrawn").count(), 1, "{dids:?}");
}

#[test]
fn a_retry_that_waits_for_its_turn_does_not_start_once_they_are_withdrawn() {
    let server = Server::start();
    let stop = server.folder.path().join("stop");
    let script =
        format!("echo x >> {}; while [ -e {} ]; do sleep 0.02; done; exit 3", side(&server), stop.display());
    server.install("open", &format!("---\ninputs:\n  nth: {{type: string, default: a}}\n---\n# Open\n\n```sh\n#| action: Act\n#| target: guarded\n#| inputs: [nth]\n{script}\n```\n"));
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let run = failed(&server, 3);
    std::fs::write(&stop, "").unwrap();
    let mut other = ann.request("open", "key-00000002");
    other["inputs"] = json!({"nth": "b"});
    let ahead = ann.post("/runs", &other).1;
    assert_eq!(bob.answer(&ahead, "yes").0, 200);
    ann.until_state(&ahead, "running");
    let (status, waits) = retry(&ann, &run, "retry-0000001");
    assert_eq!((status, &waits["summary"]["state"]), (201, &json!("queued")));
    assert_eq!(withdraw(&bob, &run).0, 200);
    let ended = ann.get(&format!("/runs/{}", id(&waits))).1;
    assert_eq!(ended["summary"]["state"], "cancelled");
    assert_eq!(ended["summary"]["outcome"]["message"], "Bob has withdrawn the retries.");
    std::fs::remove_file(&stop).unwrap();
    ann.until_state(&ahead, "failed");
    assert_eq!(starts(&server), 2);
}

#[test]
fn retries_count_only_if_all_who_must_agree_allow_them_and_then_the_least_of_what_they_allow() {
    let server = guarded("approve: 2 net");
    let (ann, bob, cid) = (server.person("ann"), server.person("bob"), server.person("cid"));
    let run = ann.press("open", "key-00000001");
    assert_eq!(yes(&bob, &run, &json!({"count": 5, "minutes": 30})).0, 200);
    assert_eq!(cid.answer(&run, "yes").0, 200);
    let run = ann.until_state(&run, "failed");
    let (status, error) = retry(&ann, &run, "retry-0000001");
    assert_eq!((status, code(&error)), (403, "forbidden"));
    assert!(message(&error).contains("2 of net"), "{error}");
    assert_eq!((&run["retries"]["count"], &run["retries"]["may_retry"]), (&json!(0), &json!(false)));

    let run = ann.press("open", "key-00000002");
    assert_eq!(yes(&bob, &run, &json!({"count": 5, "minutes": 1})).0, 200);
    let (_, after) = yes(&cid, &run, &json!({"count": 1, "minutes": 1440}));
    let run = ann.until_state(&run, "failed");
    assert_eq!(
        (&run["retries"]["count"], &run["retries"]["until"]),
        (&json!(1), &after["approvals"][0]["retries"]["until"])
    );
    let (status, first) = retry(&ann, &run, "retry-0000002");
    assert_eq!(status, 201, "{first}");
    ann.until_state(&first, "failed");
    assert!(message(&retry(&ann, &run, "retry-0000003").1).starts_with("The one retry"));
    assert_eq!(starts(&server), 3);
}

#[test]
fn what_can_t_be_allowed_is_refused_with_the_answer_and_the_request_waits_on() {
    let server = guarded("target: guarded");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let run = ann.press("open", "key-00000001");
    for retries in [(0, 30), (11, 30), (3, 0), (3, 1441)] {
        let (status, error) = yes(&bob, &run, &json!({"count": retries.0, "minutes": retries.1}));
        assert_eq!((status, code(&error)), (400, "bad_request"), "{retries:?}");
        assert!(message(&error).contains("1 to 10"), "{error}");
    }
    let no = json!({"digest": run["digest"], "answer": "no", "judgement": "checked", "retries": {"count": 1, "minutes": 1}});
    let (status, error) = bob.post(&format!("/runs/{}/approvals", id(&run)), &no);
    assert_eq!((status, message(&error).contains("Only a yes")), (400, true), "{error}");
    assert_eq!(yes(&bob, &run, &json!({"count": -1, "minutes": 30})).0, 400);
    let seen = bob.get(&format!("/runs/{}", id(&run))).1;
    assert_eq!(
        (&seen["summary"]["state"], &seen["may"]["allow_retries"]),
        (&json!("awaiting_approval"), &json!(true))
    );
    assert_eq!(seen["retries"], Value::Null);
}

#[test]
fn a_run_that_takes_a_typed_secret_can_t_be_retried_because_that_is_kept_for_one_start() {
    let server = Server::start();
    server.install("open", "---\ninputs:\n  word: {type: secret}\n---\n# Open\n\n```sh\n#| action: Act\n#| target: guarded\n#| inputs: [word]\ntrue\n```\n");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let mut request = ann.request("open", "key-00000001");
    request["secrets"] = json!({"word": "hunter2hunter2"});
    let (status, run) = ann.post("/runs", &request);
    assert_eq!(status, 201, "{run}");
    assert_eq!(bob.get(&format!("/runs/{}", id(&run))).1["may"]["allow_retries"], false);
    let (status, error) = yes(&bob, &run, &json!({"count": 3, "minutes": 30}));
    assert_eq!((status, message(&error).contains("typed secret")), (400, true), "{error}");
    assert_eq!(bob.answer(&run, "yes").0, 200);
    ann.until_state(&run, "succeeded");
}

#[test]
fn what_was_allowed_and_each_retry_stand_in_the_audit_record() {
    let server = guarded("target: guarded");
    let ann = server.person("ann");
    let run = failed(&server, 3);
    let first = retry(&ann, &run, "retry-0000001").1;
    ann.until_state(&first, "failed");
    let entry = |did: &str| server.audit().into_iter().rfind(|entry| entry["did"] == did).unwrap();
    assert_eq!(entry("run.answered")["detail"]["retries"]["count"], 3);
    let retried = entry("run.retried");
    assert_eq!((&retried["by"], &retried["run"]), (&json!("ann"), &first["summary"]["id"]));
    assert_eq!(
        (&retried["detail"]["of"], &retried["detail"]["agreed"]),
        (&run["summary"]["id"], &run["digest"])
    );
}

#[test]
fn what_had_to_be_done_first_is_asked_again() {
    let server = Server::start();
    let text = format!(
        "# Open\n\n```sh\n#| action: Act\n#| target: guarded\n#| after: [tell]\necho x >> {}; exit 3\n```\n\n- [ ] Tell them <!-- step: {{name: tell}} -->\n",
        side(&server)
    );
    server.install("open", &text);
    let ann = server.person("ann");
    let tick = |done: bool| {
        let revision = ann.get("/runbooks/open").1["revision"].clone();
        let step = json!({"runbook": "open", "revision": revision, "step": "tell", "done": done});
        assert_eq!(ann.post("/steps", &step).0, 204);
    };
    tick(true);
    let run = failed(&server, 3);
    tick(false);
    let (status, error) = retry(&ann, &run, "retry-0000001");
    assert_eq!((status, message(&error).contains("done first")), (409, true), "{error}");
    tick(true);
    assert_eq!(retry(&ann, &run, "retry-0000002").0, 201);
    until(|| (starts(&server) == 2).then_some(()));
}

#[test]
fn a_token_retries_what_it_has_asked_for_and_nothing_else() {
    let server = guarded("target: guarded");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let token = |name: &str| {
        let (status, made) = ann.post("/tokens", &json!({"name": name, "scope": "run"}));
        assert_eq!(status, 201, "{made}");
        Person {
            url: ann.url.clone(),
            cookie: None,
            bearer: Some(made["secret"].as_str().unwrap().to_owned()),
        }
    };
    let (mine, other) = (token("deploys"), token("another"));
    let run = mine.press("open", "key-00000001");
    assert_eq!(yes(&bob, &run, &json!({"count": 2, "minutes": 30})).0, 200);
    ann.until_state(&run, "failed");
    let (status, error) = retry(&other, &run, "retry-0000001");
    assert_eq!((status, message(&error).contains("through this token")), (403, true), "{error}");
    let (status, first) = retry(&mine, &run, "retry-0000002");
    assert_eq!((status, &first["token"]), (201, &run["token"]));
    ann.until_state(&first, "failed");
    // Whoever has the token's rights has their own.
    let (status, second) = retry(&ann, &run, "retry-0000003");
    assert_eq!(status, 201, "{second}");
    ann.until_state(&second, "failed");
    assert_eq!(starts(&server), 3);
    let no = mine.send("DELETE", &format!("/runs/{}/retries", id(&run)), None, &[]);
    assert_eq!(no.status(), 403);
}
