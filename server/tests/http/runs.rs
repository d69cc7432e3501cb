//! Runs: asked for, started, cancelled, found again.

use serde_json::json;

use crate::harness::{Server, code, id, until};

#[test]
fn a_press_runs_the_servers_script_with_inputs_as_environment() {
    let server = Server::start();
    server.install(
        "hello",
        "---\ninputs:\n  who: {type: string}\n---\n```sh\n#| action: Greet\necho \"hello $who in $COLOUR by $LASTMILE_REQUESTER\"\n```\n",
    );
    let ann = server.person("ann");
    let mut request = ann.request("hello", "key-00000001");
    request["inputs"] = json!({"who": "$(id) \"x\"; 'y'\\"});
    let (status, run) = ann.post("/runs", &request);
    assert_eq!(status, 201, "{run}");
    let run = ann.until_state(&run, "succeeded");
    assert_eq!(ann.log(&run), "hello $(id) \"x\"; 'y'\\ in blue by ann\n");
    assert_eq!(run["summary"]["outcome"]["exit_code"], 0);
    for time in ["requested", "queued", "starting", "running", "ended"] {
        assert!(run["summary"]["times"][time].is_i64(), "{time} is missing in {run}");
    }
}

#[test]
fn a_script_that_fails_says_with_which_exit_code() {
    let server = Server::start();
    server.install_action("fails", "", "exit 7");
    let ann = server.person("ann");
    let run = ann.until_state(&ann.press("fails", "key-00000001"), "failed");
    assert_eq!(run["summary"]["outcome"]["exit_code"], 7);
}

#[test]
fn the_same_key_gives_the_same_run_however_often_it_is_posted() {
    let server = Server::start();
    let marks = server.folder.path().join("marks");
    server.install_action("once", "", &format!("echo x >> {}", marks.display()));
    let ann = server.person("ann");
    let request = ann.request("once", "key-00000001");
    let posts: Vec<_> = (0..20)
        .map(|_| {
            let (ann, request) = (ann.clone(), request.clone());
            std::thread::spawn(move || ann.post("/runs", &request))
        })
        .collect();
    let answers: Vec<_> = posts.into_iter().map(|post| post.join().unwrap()).collect();
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1);
    assert!(answers.iter().all(|(_, run)| id(run) == id(&answers[0].1)));
    ann.until_state(&answers[0].1, "succeeded");
    assert_eq!(std::fs::read_to_string(marks).unwrap(), "x\n");
}

#[test]
fn a_key_can_not_stand_for_two_requests() {
    let server = Server::start();
    server.install_action("once", "", "true");
    let ann = server.person("ann");
    let mut request = ann.request("once", "key-00000001");
    ann.until_state(&ann.post("/runs", &request).1, "succeeded");
    request["reason"] = json!("another");
    let (status, error) = ann.post("/runs", &request);
    assert_eq!((status, code(&error)), (409, "key_reused"));
}

#[test]
fn bad_inputs_are_refused_with_one_problem_a_field() {
    let server = Server::start();
    server.install(
        "inputs",
        "---\ninputs:\n  pool: {type: string, pattern: \"^[a-z]+$\"}\n  count: {type: integer, max: 3}\n---\n```sh\n#| action: Act\necho \"$pool $count\"\n```\n",
    );
    let ann = server.person("ann");
    let mut request = ann.request("inputs", "key-00000001");
    request["inputs"] = json!({"pool": "No!", "count": "4", "strange": "x"});
    let (status, error) = ann.post("/runs", &request);
    assert_eq!((status, code(&error)), (422, "inputs_refused"));
    let names: Vec<_> =
        error["details"]["inputs"].as_array().unwrap().iter().map(|field| field["name"].clone()).collect();
    assert_eq!(names, ["pool", "count", "strange"]);
    assert_eq!(ann.get("/runs").1["runs"], json!([]));
}

#[test]
fn an_action_that_changed_since_the_page_was_opened_does_not_run() {
    let server = Server::start();
    server.install_action("changing", "", "echo one");
    let ann = server.person("ann");
    let request = ann.request("changing", "key-00000001");
    server.install_action("changing", "", "echo two");
    let (status, error) = ann.post("/runs", &request);
    assert_eq!((status, code(&error)), (409, "action_changed"));
    assert!(error["details"]["change"]["script"].as_str().unwrap().contains("echo two"));
}

#[test]
fn a_change_elsewhere_in_the_file_stops_nobody_and_both_revisions_are_recorded() {
    let server = Server::start();
    let action = "```sh\n#| action: Act\necho same\n```\n";
    server.install("page", &format!("# One\n\n{action}"));
    let ann = server.person("ann");
    let request = ann.request("page", "key-00000001");
    server.install("page", &format!("# Two\n\nMore words.\n\n{action}"));
    let (status, run) = ann.post("/runs", &request);
    assert_eq!(status, 201, "{run}");
    assert_ne!(run["revision"], request["revision"]);
    let spec_shows_what_was_read = until(|| {
        let page = ann.get(&format!("/runbooks/page?rev={}", run["revision"].as_str().unwrap())).1;
        page["source"].as_str().map(|source| source.contains("# Two"))
    });
    assert!(spec_shows_what_was_read);
}

#[test]
fn cancelling_ends_the_process_and_says_who_did_it_as_often_as_one_likes() {
    let server = Server::start();
    let pid_file = server.folder.path().join("pid");
    server.install_action("long", "", &format!("echo $$ > {}; exec sleep 600", pid_file.display()));
    let ann = server.person("ann");
    let run = ann.press("long", "key-00000001");
    let pid: i32 = until(|| std::fs::read_to_string(&pid_file).ok()?.trim().parse().ok());
    let path = format!("/runs/{}/cancel", id(&run));
    assert_eq!(ann.post(&path, &json!({})).0, 200);
    assert_eq!(ann.post(&path, &json!({})).0, 200);
    let run = ann.until_state(&run, "cancelled");
    assert!(run["summary"]["outcome"]["message"].as_str().unwrap().contains("Ann"), "{run}");
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
    assert_eq!(ann.post(&path, &json!({})).0, 200);
}

#[test]
fn a_run_that_was_told_to_end_says_so_until_it_has_and_its_watchers_hear_it() {
    let server = Server::start();
    let ready = server.folder.path().join("ready");
    let script = format!("trap '' TERM; : > {}; while :; do sleep 0.1 || :; done", ready.display());
    server.install_action("stubborn", "grace: 3s", &script);
    let ann = server.person("ann");
    let run = ann.press("stubborn", "key-00000001");
    until(|| ready.exists().then_some(()));
    let run = ann.until_state(&run, "running");
    let (_, told) = ann.post(&format!("/runs/{}/cancel", id(&run)), &json!({}));
    assert_eq!(told["summary"]["state"], "running");
    assert!(told["summary"]["times"]["cancelling"].is_i64(), "{told}");
    assert!(told["summary"]["outcome"]["message"].as_str().unwrap().contains("Ann"), "{told}");
    let run = ann.until_state(&run, "cancelled");
    assert!(run["summary"]["times"]["ended"].as_i64() > run["summary"]["times"]["cancelling"].as_i64());
}

#[test]
fn a_duration_is_told_as_it_is_typed_beside_what_the_script_gets() {
    let server = Server::start();
    server.install("wait", "---\ninputs:\n  keep_open: {type: duration, default: 8h}\n---\n```sh\n#| action: Open\necho \"$keep_open\"\n```\n");
    let ann = server.person("ann");
    let run = ann.post("/runs", &ann.request("wait", "key-00000001")).1;
    let input = &run["summary"]["inputs"][0];
    assert_eq!((input["value"].as_str(), input["typed"].as_str()), (Some("28800"), Some("8h")));
}

#[test]
fn the_same_action_asked_for_twice_offers_to_join_the_first() {
    let server = Server::start();
    server.install_action("long", "", "sleep 600");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let first = ann.press("long", "key-00000001");
    let mut request = bob.request("long", "key-00000002");
    let (status, error) = bob.post("/runs", &request);
    assert_eq!((status, code(&error)), (409, "already_asked"));
    assert_eq!(error["details"]["run"]["id"], first["summary"]["id"]);
    request["separate"] = json!(true);
    let (status, second) = bob.post("/runs", &request);
    assert_eq!(status, 201);
    // Runs of one action on one target take turns.
    assert_eq!(bob.until_state(&second, "queued")["summary"]["state"], "queued");
    for run in [&second, &first] {
        ann.post(&format!("/runs/{}/cancel", id(run)), &json!({}));
        ann.until_state(run, "cancelled");
    }
}

#[test]
fn who_did_what_and_why_is_one_filter_away() {
    let server = Server::start();
    server.install_action("a", "", "true");
    server.install_action("b", "", "false");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let mut request = ann.request("a", "key-00000001");
    request["reason"] = json!("because");
    request["ticket"] = json!("INC-1");
    let a = ann.post("/runs", &request).1;
    let b = bob.press("b", "key-00000002");
    ann.until_state(&a, "succeeded");
    ann.until_state(&b, "failed");
    let ids = |query: &str| -> Vec<String> {
        let (_, list) = ann.get(&format!("/runs?{query}"));
        list["runs"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(""), [id(&b), id(&a)]);
    assert_eq!(ids("person=ann"), [id(&a)]);
    assert_eq!(ids("state=failed"), [id(&b)]);
    assert_eq!(ids("runbook=a&target=local"), [id(&a)]);
    assert_eq!(ids("service=none"), [""; 0]);
    assert_eq!(ids("since=99999999999999"), [""; 0]);
    let (_, list) = ann.get("/runs?person=ann");
    assert_eq!(list["runs"][0]["reason"], "because");
    assert_eq!(list["runs"][0]["ticket"], "INC-1");
}
