//! One request of several runs, as its requester, its approvers and a program see it.

use serde_json::{Value, json};

use crate::harness::{Person, Server, code, until};

const MORE: &str = r#"
[targets.node-1]
environment = "prod"
approve = ["net"]
[targets.node-2]
environment = "prod"
approve = ["net"]
[targets.node-3]
environment = "prod"
approve = ["net"]
[targets.node-4]
environment = "staging"
"#;

/// A runbook whose action leaves a mark with the node's name, each node a target of its own.
fn nodes(more: &str, header: &str) -> Server {
    let server = Server::start_with(&format!("{MORE}{more}"));
    install(&server, header);
    server
}

fn install(server: &Server, header: &str) {
    let marks = server.folder.path().display().to_string();
    let inputs = "inputs:\n  node: {type: choice, options: [node-1, node-2, node-3, node-4]}\n  mode: {type: string, default: soft, required: false}\n";
    let head = format!("#| action: Restart\n#| target: $node\n#| inputs: [node, mode]\n{header}");
    let script = format!("echo \"$mode\" >> '{marks}/mark-'\"$node\"\n");
    server.install("nodes", &format!("---\n{inputs}---\n# Nodes\n\n```sh\n{head}{script}```\n"));
}

/// What a press for these nodes sends.
fn request(person: &Person, key: &str, nodes: &[&str]) -> Value {
    let mut request = person.request("nodes", key);
    let each = nodes.iter().map(|node| json!({"inputs": {"node": node}}));
    request["each"] = each.collect();
    request
}

fn ask(person: &Person, key: &str, nodes: &[&str]) -> Value {
    let (status, batch) = person.post("/requests", &request(person, key, nodes));
    assert_eq!(status, 201, "{batch}");
    batch
}

fn path(batch: &Value) -> String {
    format!("/requests/{}", batch["id"].as_str().unwrap())
}

fn answers(batch: &Value, which: &[usize], answer: &str) -> Value {
    let one = |index: &usize| {
        let member = &batch["members"][*index];
        json!({"run": member["run"]["id"], "digest": member["digest"], "answer": answer, "judgement": "checked"})
    };
    json!({"answers": which.iter().map(one).collect::<Vec<_>>()})
}

fn states(batch: &Value) -> Vec<&str> {
    let members = batch["members"].as_array().unwrap().iter();
    members.map(|member| member["run"]["state"].as_str().unwrap()).collect()
}

fn marks(server: &Server) -> Vec<String> {
    let names = std::fs::read_dir(server.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut marks: Vec<_> =
        names.filter_map(|name| Some(name.to_str()?.strip_prefix("mark-")?.to_owned())).collect();
    marks.sort();
    marks
}

fn until_states(person: &Person, batch: &Value, wanted: &[&str]) -> Value {
    until(|| Some(person.get(&path(batch)).1).filter(|batch| states(batch) == wanted))
}

/// How many runs there are at all.
fn runs(person: &Person) -> usize {
    person.get("/runs").1["runs"].as_array().unwrap().len()
}

#[test]
fn several_values_of_one_input_are_one_request_that_is_judged_once_and_each_run_by_its_own_gate() {
    let server = nodes("", "");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let batch = ask(&ann, "key-00000001", &["node-1", "node-2", "node-3", "node-4"]);
    // Nobody has to agree to staging.
    let batch = until_states(
        &bob,
        &batch,
        &["awaiting_approval", "awaiting_approval", "awaiting_approval", "succeeded"],
    );
    assert_eq!(batch["columns"], json!(["$node", "Target", "Environment"]));
    assert_eq!(batch["members"][3]["cells"], json!(["node-4", "node-4", "staging"]));
    let common: Vec<_> = batch["common"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert!(common.contains(&&json!("$mode")) && common.contains(&&json!("Interpreter")), "{common:?}");
    assert_eq!(batch["members"][0]["needs"][0]["team"], "net");
    assert_eq!(batch["members"][3]["needs"], json!([]));
    let (status, batch) = bob.post(&format!("{}/approvals", path(&batch)), &answers(&batch, &[0, 2], "yes"));
    assert_eq!(status, 200, "{batch}");
    let batch = until_states(&ann, &batch, &["succeeded", "awaiting_approval", "succeeded", "succeeded"]);
    assert_eq!(marks(&server), ["node-1", "node-3", "node-4"]);
    assert_eq!(batch["members"][0]["run"]["batch"]["of"], 4);
    let digests = batch["members"].as_array().unwrap().iter().map(|it| it["digest"].to_string());
    assert_eq!(digests.collect::<std::collections::BTreeSet<_>>().len(), 4);
}

#[test]
fn a_run_of_a_request_can_be_answered_on_its_own_page_too() {
    let server = nodes("", "");
    let (ann, bob, cid) = (server.person("ann"), server.person("bob"), server.person("cid"));
    let batch = ask(&ann, "key-00000001", &["node-1", "node-2"]);
    let run = bob.get(&format!("/runs/{}", batch["members"][1]["run"]["id"].as_str().unwrap())).1;
    assert_eq!(bob.answer(&run, "no").0, 200);
    let (status, error) = cid.post(&format!("{}/approvals", path(&batch)), &answers(&batch, &[0, 1], "yes"));
    // One of them waits no more, so nothing is said of the other either.
    assert_eq!((status, code(&error)), (409, "wrong_state"));
    assert_eq!(error["details"]["nth"], 2);
    let batch = cid.get(&path(&batch)).1;
    assert_eq!(states(&batch), ["awaiting_approval", "rejected"]);
    assert_eq!(batch["members"][0]["approvals"], json!([]));
    assert_eq!(cid.post(&format!("{}/approvals", path(&batch)), &answers(&batch, &[0], "yes")).0, 200);
    until_states(&ann, &batch, &["succeeded", "rejected"]);
}

#[test]
fn another_digest_or_a_run_of_another_request_is_refused_and_nothing_else_is_agreed_to() {
    let server = nodes("", "");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let batch = ask(&ann, "key-00000001", &["node-1", "node-2"]);
    let other = ask(&ann, "key-00000002", &["node-3", "node-4"]);
    let to = format!("{}/approvals", path(&batch));
    let mut swapped = answers(&batch, &[0, 1], "yes");
    swapped["answers"][1]["digest"] = batch["members"][0]["digest"].clone();
    let (status, error) = bob.post(&to, &swapped);
    assert_eq!((status, code(&error)), (409, "digest_mismatch"));
    assert!(error["message"].as_str().unwrap().contains("run 2 (node-2)"), "{error}");
    assert_eq!(bob.post(&to, &answers(&other, &[0], "yes")).0, 400);
    assert_eq!(bob.post(&to, &answers(&batch, &[0, 0], "yes")).0, 400);
    assert_eq!(bob.post(&to, &json!({"answers": []})).0, 400);
    let mut silent = answers(&batch, &[0, 1], "yes");
    silent["answers"][1]["judgement"] = Value::Null;
    assert_eq!(bob.post(&to, &silent).0, 400);
    assert_eq!(ann.post(&to, &answers(&batch, &[0], "yes")).0, 403);
    assert_eq!(states(&bob.get(&path(&batch)).1), ["awaiting_approval", "awaiting_approval"]);
    assert!(marks(&server).iter().all(|mark| mark == "node-4"));
}

#[test]
fn the_same_key_gives_the_same_request_and_with_other_runs_it_is_refused() {
    let server = nodes("", "");
    let ann = server.person("ann");
    let batch = ask(&ann, "key-00000001", &["node-1", "node-2"]);
    let (status, again) = ann.post("/requests", &request(&ann, "key-00000001", &["node-1", "node-2"]));
    assert_eq!((status, &again["id"]), (200, &batch["id"]));
    let (status, error) = ann.post("/requests", &request(&ann, "key-00000001", &["node-1", "node-3"]));
    assert_eq!((status, code(&error)), (409, "key_reused"));
    assert_eq!(runs(&ann), 2);
}

#[test]
fn one_run_that_is_refused_leaves_none_and_the_refusal_names_it() {
    let server = nodes("[targets.theirs-1]\nenvironment = \"prod\"\nmay_run = [\"net\"]\n", "");
    let ann = server.person("ann");
    let (status, error) = ann.post("/requests", &request(&ann, "key-00000001", &["node-1", "node-9"]));
    assert_eq!((status, code(&error)), (422, "inputs_refused"));
    assert!(error["message"].as_str().unwrap().contains("run 2 (node=node-9)"), "{error}");
    assert_eq!(error["details"]["details"]["inputs"][0]["name"], "node");
    // The key is free again: nothing was recorded under it.
    for (nodes, why) in [
        (vec!["node-1", "node-2", "node-1"], "runs 1 and 3 are the same"),
        (vec!["node-1"], "2 to 20"),
        (vec!["node-1"; 21], "this one has 21"),
    ] {
        let (status, error) = ann.post("/requests", &request(&ann, "key-00000001", &nodes));
        assert_eq!((status, code(&error)), (400, "bad_request"));
        assert!(error["message"].as_str().unwrap().contains(why), "{error}");
    }
    let mut glass = request(&ann, "key-00000001", &["node-1", "node-2"]);
    glass["break_glass"] = json!(true);
    assert_eq!(ann.post("/requests", &glass).0, 400);
    assert_eq!(runs(&ann), 0);
    // What is refused is on record, once.
    let refused = server.audit().into_iter().filter(|entry| entry["did"] == "refused").count();
    assert_eq!(refused, 5);
    ask(&ann, "key-00000001", &["node-1", "node-2"]);
}

#[test]
fn what_is_under_way_alone_keeps_the_whole_request_back_and_is_named() {
    let server = nodes("", "");
    let ann = server.person("ann");
    ask(&ann, "key-00000001", &["node-1", "node-2"]);
    let (status, error) = ann.post("/requests", &request(&ann, "key-00000002", &["node-3", "node-2"]));
    assert_eq!((status, code(&error)), (409, "already_asked"));
    assert_eq!(error["details"]["nth"], 2);
    assert_eq!(error["details"]["details"]["run"]["target"], "node-2");
    let mut separate = request(&ann, "key-00000002", &["node-3", "node-2"]);
    separate["separate"] = json!(true);
    assert_eq!(ann.post("/requests", &separate).0, 201);
    assert_eq!(runs(&ann), 4);
}

#[test]
fn runs_of_one_line_wait_for_each_other_and_such_as_would_keep_each_other_out_are_no_request() {
    for (header, status) in [
        ("", 201),
        ("#| concurrency: queue\n", 201),
        ("#| concurrency: refuse\n", 400),
        ("#| concurrency: replace\n", 400),
    ] {
        let server = nodes("", header);
        let ann = server.person("ann");
        let mut request = request(&ann, "key-00000001", &["node-4", "node-4"]);
        request["each"][1]["inputs"]["mode"] = json!("hard");
        let (got, answer) = ann.post("/requests", &request);
        assert_eq!(got, status, "{header}{answer}");
        if got == 400 {
            assert!(answer["message"].as_str().unwrap().contains("both on node-4"), "{answer}");
            assert_eq!(runs(&ann), 0);
            continue;
        }
        until_states(&ann, &answer, &["succeeded", "succeeded"]);
        let mark = std::fs::read_to_string(server.folder.path().join("mark-node-4")).unwrap();
        assert_eq!(mark, "soft\nhard\n");
    }
}

#[test]
fn a_target_that_is_busy_refuses_the_whole_request_where_its_action_says_so() {
    let server = Server::start_with(MORE);
    let stop = server.folder.path().join("stop");
    std::fs::write(&stop, "").unwrap();
    install(
        &server,
        &format!("#| concurrency: refuse\nwhile [ -e {} ]; do sleep 0.05; done\n", stop.display()),
    );
    let ann = server.person("ann");
    let mut alone = ann.request("nodes", "key-00000001");
    alone["inputs"] = json!({"node": "node-4", "mode": "first"});
    assert_eq!(ann.post("/runs", &alone).0, 201);
    let (status, error) = ann.post("/requests", &request(&ann, "key-00000002", &["node-1", "node-4"]));
    assert_eq!((status, code(&error)), (409, "busy"));
    assert_eq!(runs(&ann), 1);
    std::fs::remove_file(&stop).unwrap();
}

#[test]
fn cancelling_a_request_ends_all_that_has_not_ended() {
    let server = nodes("", "");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let batch = ask(&ann, "key-00000001", &["node-1", "node-2", "node-4"]);
    until_states(&ann, &batch, &["awaiting_approval", "awaiting_approval", "succeeded"]);
    let (status, batch) = ann.post(&format!("{}/cancel", path(&batch)), &json!({}));
    assert_eq!((status, states(&batch)), (200, vec!["cancelled", "cancelled", "succeeded"]));
    assert_eq!(bob.post(&format!("{}/approvals", path(&batch)), &answers(&batch, &[0], "yes")).0, 409);
    assert_eq!(ann.post(&format!("{}/cancel", path(&batch)), &json!({})).0, 200);
}

#[test]
fn a_preview_says_of_each_run_what_would_be_decided() {
    let server = nodes("", "");
    let ann = server.person("ann");
    let each: Vec<_> = ["node-1", "node-4", "node-9"].iter().map(|node| json!({"node": node})).collect();
    let asked = json!({"runbook": "nodes", "action": "restart", "each": each});
    let (status, preview) = ann.post("/requests/preview", &asked);
    assert_eq!(status, 200, "{preview}");
    assert_eq!(preview["each"][0]["decision"]["decision"], "needs_approval", "{preview}");
    assert_eq!(preview["each"][1]["decision"]["decision"], "allow");
    assert_eq!(preview["each"][2]["inputs"][0]["name"], "node");
    assert_eq!(runs(&ann), 0);
}

#[test]
fn several_runs_of_one_request_count_as_one_thing_to_answer() {
    let server = nodes("", "");
    ask(&server.person("ann"), "key-00000001", &["node-1", "node-2", "node-3"]);
    let bob = server.person("bob");
    assert_eq!(bob.get("/approvals").1["to_answer"].as_array().unwrap().len(), 3);
    let mut response = bob.send("GET", "/events", None, &[]);
    let mut reader = std::io::BufReader::new(response.body_mut().as_reader());
    let told = until(|| {
        let mut line = String::new();
        std::io::BufRead::read_line(&mut reader, &mut line).unwrap();
        let event: Value = serde_json::from_str(line.strip_prefix("data: ")?.trim()).unwrap();
        (event["type"] == "approvals").then_some(event)
    });
    assert_eq!(told["to_answer"], 1);
}

#[test]
fn a_program_may_ask_for_several_runs_and_never_answers_them() {
    let server = nodes("", "");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let token = |person: &Person, scope: &str| {
        let made = person.post("/tokens", &json!({"name": "ci", "scope": scope})).1;
        Person { bearer: Some(made["secret"].as_str().unwrap().to_owned()), cookie: None, ..person.clone() }
    };
    let batch = ask(&token(&ann, "run"), "key-00000001", &["node-1", "node-2"]);
    assert_eq!(batch["token"]["name"], "ci");
    let reader = token(&ann, "read");
    assert_eq!(reader.get(&path(&batch)).0, 200);
    assert_eq!(reader.post("/requests", &request(&reader, "key-00000002", &["node-3", "node-4"])).0, 403);
    let answer = answers(&batch, &[0], "yes");
    assert_eq!(token(&bob, "run").post(&format!("{}/approvals", path(&batch)), &answer).0, 403);
    // Nor does the owner of the token that asked.
    assert_eq!(ann.post(&format!("{}/approvals", path(&batch)), &answer).0, 403);
}
