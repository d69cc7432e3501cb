//! What a waiting request can be judged by.

use serde_json::{Value, json};

use crate::harness::{Person, Server, code, id};

const HEAD: &str =
    "---\ninputs:\n  pool: {type: string, default: blue}\n  token: {type: secret, required: false}\n---\n";

fn runbook(script: &str) -> String {
    format!(
        "{HEAD}# Open\n\n```sh\n#| action: Open\n#| target: guarded\n#| inputs: [pool, token]\n#| after: [look, tell]\n#| danger: Opens it\n{script}\n```\n\n\
         - [ ] Tell them <!-- step: {{name: tell}} -->\n\n\
         ```sh\n#| action: Look\n#| kind: check\n#| target: guarded\n#| inputs: [pool]\ntest \"$pool\" = blue\n```\n\n\
         ```sh\n#| action: Close\n#| target: local\n#| danger: Shuts it\ntrue\n```\n"
    )
}

fn server(more: &str, script: &str) -> Server {
    let server = Server::start_with(more);
    server.install("open", &runbook(script));
    server
}

/// Presses an action with this pool; whoever of `net` is asked says yes where `yes`.
fn press(person: &Person, action: &str, pool: &str, key: &str) -> Value {
    let (_, page) = person.get("/runbooks/open");
    let actions = page["current_actions"].as_array().unwrap();
    let digest = &actions.iter().find(|it| it[0] == action).unwrap()[1];
    let mut request = json!({
        "runbook": "open", "revision": page["revision"], "action": action, "action_digest": digest,
        "idempotency_key": key, "inputs": {"pool": pool},
    });
    if action == "open" {
        request["secrets"] = json!({"token": "hunter2hunter2"});
    }
    let (status, run) = person.post("/runs", &request);
    assert_eq!(status, 201, "{run}");
    run
}

fn evidence(person: &Person, run: &Value) -> Value {
    let (status, evidence) = person.get(&format!("/runs/{}/evidence", id(run)));
    assert_eq!(status, 200, "{evidence}");
    evidence
}

/// Does what has to be done first: the check, with somebody's yes, and the step.
fn prepare(server: &Server, pool: &str, key: &str) {
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let look = press(&ann, "look", pool, key);
    assert_eq!(bob.answer(&look, "yes").0, 200);
    ann.until_state(&look, "succeeded");
    let (_, page) = ann.get("/runbooks/open");
    let step = json!({"runbook": "open", "revision": page["revision"], "step": "tell", "done": true});
    assert_eq!(ann.post("/steps", &step).0, 204);
}

#[test]
fn a_first_request_has_nothing_to_be_compared_with_and_says_what_was_done_first_and_what_else_there_is() {
    let server = server("", "true");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    prepare(&server, "blue", "key-00000001");
    let run = press(&ann, "open", "blue", "key-00000002");
    let told = evidence(&bob, &run);
    assert_eq!((&told["last_success"], &told["last_use"]), (&json!(null), &json!(null)));
    assert_eq!(told["recent"], json!([]));
    let changes = |told: &Value| {
        let all = told["inputs"].as_array().unwrap();
        all.iter().map(|it| it["change"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(changes(&told), ["new", "new"]);
    let after = &told["after"];
    assert_eq!((&after[0]["label"], &after[0]["done"]), (&json!("Look"), &json!(true)));
    assert_eq!(after[0]["run"]["state"], "succeeded");
    assert_eq!((&after[1]["name"], &after[1]["by"]["id"]), (&json!("tell"), &json!("ann")));
    let labels = told["alternatives"].as_array().unwrap().iter().map(|it| &it["label"]);
    assert_eq!(labels.collect::<Vec<_>>(), ["Look", "Close"]);
    assert_eq!(told["alternatives"][1]["danger"], "Shuts it");
}

#[test]
fn a_later_request_is_set_beside_what_the_action_did_when_it_last_succeeded() {
    let server = server("", "true # first");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    prepare(&server, "blue", "key-00000001");
    let first = press(&ann, "open", "blue", "key-00000002");
    assert_eq!(bob.answer(&first, "yes").0, 200);
    ann.until_state(&first, "succeeded");
    server.install("open", &runbook("true # second"));
    let run = press(&ann, "open", "blue", "key-00000003");
    let told = evidence(&bob, &run);
    assert_eq!(told["last_success"]["run"]["id"], first["summary"]["id"]);
    let before = told["last_success"]["script"].as_str().unwrap();
    assert!(before.contains("# first") && run["script"].as_str().unwrap().contains("# second"), "{before}");
    assert_eq!(
        (&told["inputs"][0]["change"], &told["inputs"][1]["change"]),
        (&json!("same"), &json!("withheld"))
    );
    assert_eq!(told["recent"][0]["id"], first["summary"]["id"]);
    assert!(!told.to_string().contains("hunter2"), "{told}");
}

#[test]
fn a_check_that_failed_since_is_shown_as_such_and_one_of_other_inputs_does_not_count() {
    let server = Server::start();
    let broken = server.folder.path().join("broken");
    let check = format!("test ! -e {}", broken.display());
    server.install("open", &runbook("true").replace("test \"$pool\" = blue", &check));
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    prepare(&server, "blue", "key-00000001");
    let run = press(&ann, "open", "blue", "key-00000002");
    let look = |pool: &str, key: &str, ends: &str| {
        let look = press(&ann, "look", pool, key);
        assert_eq!(bob.answer(&look, "yes").0, 200);
        ann.until_state(&look, ends)
    };
    std::fs::write(broken, "").unwrap();
    let failed = look("blue", "key-00000003", "failed");
    look("green", "key-00000004", "failed");
    let check = &evidence(&bob, &run)["after"][0];
    assert_eq!((&check["run"]["state"], &check["run"]["id"]), (&json!("failed"), &failed["summary"]["id"]));
    // What must have been done counts still: the gate is the policy's business, not this page's.
    assert_eq!(check["done"], true);
}

#[test]
fn what_runs_on_the_target_now_and_the_freeze_and_the_budget_stand_beside_it() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("budgets.toml"), "owned = 12.5\n").unwrap();
    let more = "error_budgets = \"budgets.toml\"\n[[freezes]]\nname = \"year end\"\nfrom = 2000-01-01\nuntil = 2999-01-01\nenvironments = [\"prod\"]\n\
        [targets.owned]\nenvironment = \"prod\"\nteam = \"net\"\napprove = [\"net\"]\n";
    let server = Server::start_in(folder, more, &[]);
    let text = runbook("true").replace("#| after: [look, tell]\n", "").replace("guarded", "owned");
    server.install("open", &text);
    server.install_action("long", "target: owned", "sleep 60");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let long = ann.press("long", "key-00000001");
    assert_eq!(bob.answer(&long, "yes").0, 200);
    ann.until_state(&long, "running");
    let run = press(&ann, "open", "blue", "key-00000002");
    let told = evidence(&bob, &run);
    assert_eq!(told["there"][0]["id"], long["summary"]["id"]);
    assert_eq!(told["there"][0]["requester"]["id"], "ann");
    assert_eq!((&told["freezes"], &told["error_budget"]), (&json!(["year end"]), &json!(12)));
    assert_eq!(ann.post(&format!("/runs/{}/cancel", id(&long)), &json!({})).0, 200);
}

#[test]
fn a_run_that_waits_no_more_is_not_judged_any_more() {
    let server = Server::start();
    server.install_action("open", "target: guarded", "true");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let run = ann.press("open", "key-00000001");
    assert_eq!(bob.answer(&run, "no").0, 200);
    let (status, error) = bob.get(&format!("/runs/{}/evidence", id(&run)));
    assert_eq!((status, code(&error)), (409, "wrong_state"));
}
