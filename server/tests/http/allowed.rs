//! What may not run: the action's own conditions, and those of its target.

use serde_json::json;

use crate::harness::{Server, code};

#[test]
fn an_action_with_an_error_is_disabled_on_the_server_too() {
    let server = Server::start();
    server.install_action("broken", "aprove: net", "echo must not run");
    let ann = server.person("ann");
    let (status, error) = ann.post("/runs", &ann.request("broken", "key-00000001"));
    assert_eq!((status, code(&error)), (422, "action_disabled"));
}

#[test]
fn a_gate_for_an_environment_that_no_target_has_disables_the_action() {
    let server = Server::start();
    server.install_action("typo", "approve: net if environment=prd", "true");
    let ann = server.person("ann");
    let (status, error) = ann.post("/runs", &ann.request("typo", "key-00000001"));
    assert_eq!((status, code(&error)), (422, "action_disabled"));
    assert!(error["message"].as_str().unwrap().contains("prd"), "{error}");
}

#[test]
fn a_target_of_other_teams_and_an_unknown_target_are_refused() {
    let server = Server::start();
    server.install_action("theirs", "target: theirs", "true");
    server.install_action("nowhere", "target: nowhere", "true");
    let ann = server.person("ann");
    let (status, error) = ann.post("/runs", &ann.request("theirs", "key-00000001"));
    assert_eq!((status, code(&error)), (403, "forbidden"));
    let (status, error) = ann.post("/runs", &ann.request("nowhere", "key-00000002"));
    assert_eq!((status, code(&error)), (422, "action_disabled"));
    let preview = ann.post("/runs/preview", &json!({"runbook": "theirs", "action": "act"})).1;
    assert_eq!(preview["decision"]["decision"], "deny");
}

#[test]
fn the_value_to_retype_must_be_typed_exactly() {
    let server = Server::start();
    server.install(
        "danger",
        "---\ninputs:\n  pool: {type: string, default: blue}\n---\n```sh\n#| action: Drop\n#| retype: $pool\necho \"$pool\"\n```\n",
    );
    let ann = server.person("ann");
    let mut request = ann.request("danger", "key-00000001");
    request["retype"] = json!("Blue");
    let (status, error) = ann.post("/runs", &request);
    assert_eq!((status, code(&error)), (422, "retype"));
    request["retype"] = json!("blue");
    assert_eq!(ann.post("/runs", &request).0, 201);
}

#[test]
fn what_must_be_done_first_is_asked_for_and_then_enough() {
    let server = Server::start();
    server.install(
        "ordered",
        "- [ ] Tell them <!-- step: {name: tell} -->\n\n```sh\n#| action: Act\n#| after: [look, tell]\necho done\n```\n\n```sh\n#| action: Look\n#| kind: check\ntrue\n```\n",
    );
    let ann = server.person("ann");
    let request = ann.request("ordered", "key-00000001");
    let (status, error) = ann.post("/runs", &request);
    assert_eq!((status, code(&error)), (409, "after_missing"));
    assert_eq!(error["details"]["after"].as_array().unwrap().len(), 2);
    let (_, page) = ann.get("/runbooks/ordered");
    let look = json!({
        "runbook": "ordered", "revision": page["revision"], "action": "look",
        "action_digest": page["current_actions"][1][1], "idempotency_key": "key-00000002"
    });
    ann.until_state(&ann.post("/runs", &look).1, "succeeded");
    let tick = json!({"runbook": "ordered", "revision": page["revision"], "step": "tell", "done": true});
    assert_eq!(ann.post("/steps", &tick).0, 204);
    assert_eq!(ann.get("/runbooks/ordered").1["steps"][0]["by"]["id"], "ann");
    assert_eq!(ann.post("/runs", &request).0, 201);
}
