//! Breaking the glass: who may, what it never opens, and the review that follows.

use lastmile::policy::Glass;
use serde_json::{Value, json};

use crate::harness::{Person, Server, code, id, until};
use crate::http::{OPEN, server};
use crate::load::refused;
use crate::organisation::{Ask, ask, policies};

/// Ops may break the glass, and net reviews it.
const GLASS: &str = r#"
@id("ops") @review("net") permit (principal in Team::"ops", action == Action::"breakGlass", resource);
"#;

fn broken(person: &Person, slug: &str, key: &str, reason: &str) -> (u16, Value) {
    let mut request = person.request(slug, key);
    request["break_glass"] = json!(true);
    request["reason"] = json!(reason);
    person.post("/runs", &request)
}

fn review(person: &Person, run: &Value, verdict: &str, comment: &str) -> (u16, Value) {
    let body = json!({"digest": run["digest"], "verdict": verdict, "comment": comment});
    person.post(&format!("/runs/{}/review", id(run)), &body)
}

fn offer(person: &Person, slug: &str) -> Value {
    person.post("/runs/preview", &json!({"runbook": slug, "action": "act"})).1["break_glass"].clone()
}

fn gated() -> Server {
    let server = server(&format!("{OPEN}{GLASS}"));
    server.install_action("open", "target: guarded", "touch \"$LASTMILE_RUN_ID\"; echo done");
    server
}

#[test]
fn with_the_right_and_a_reason_it_starts_at_once_and_says_so_everywhere() {
    let server = gated();
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    assert_eq!(offer(&ann, "open"), json!({"reviewers": ["net"], "review_within": 86400}));
    let (status, run) = broken(&ann, "open", "key-00000001", "bar is down, net does not answer");
    assert_eq!(status, 201, "{run}");
    let run = ann.until_state(&run, "succeeded");
    let glass = &run["summary"]["break_glass"];
    assert_eq!(glass["reason"], "bar is down, net does not answer");
    assert_eq!((&glass["reviewers"], &glass["needs"][0]["team"]), (&json!(["net"]), &json!("net")));
    assert_eq!(ann.get("/runs").1["runs"][0]["break_glass"]["reason"], glass["reason"]);
    assert_eq!(bob.get("/approvals").1["to_review"][0]["id"], run["summary"]["id"]);
    assert_eq!(ann.get("/approvals").1["to_review"], json!([]));
    assert_eq!(
        (&run["may"]["review"], &bob.get(&format!("/runs/{}", id(&run))).1["may"]["review"]),
        (&json!(false), &json!(true))
    );
}

#[test]
fn without_the_right_or_a_reason_nothing_starts() {
    let server = gated();
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    assert_eq!(offer(&bob, "open"), Value::Null);
    let (status, error) = broken(&bob, "open", "key-00000001", "I want to");
    assert_eq!((status, code(&error)), (403, "forbidden"), "{error}");
    for reason in ["", "  \n"] {
        let (status, error) = broken(&ann, "open", "key-00000002", reason);
        assert_eq!((status, code(&error)), (422, "inputs_refused"), "{error}");
    }
    assert_eq!(ann.get("/runs").1["runs"], json!([]));
}

#[test]
fn a_broken_glass_never_turns_a_deny_into_a_run() {
    let server = server(&format!(
        "{OPEN}{GLASS}@why(\"never\") forbid (principal, action == Action::\"run\", resource in Target::\"guarded\");"
    ));
    server.install_action("open", "target: guarded", "true");
    server.install_action("theirs", "target: theirs", "true");
    let ann = server.person("ann");
    for slug in ["open", "theirs"] {
        assert_eq!(offer(&ann, slug), Value::Null);
        let (status, error) = broken(&ann, slug, "key-00000001", "it burns");
        assert_eq!((status, code(&error)), (403, "forbidden"), "{slug}: {error}");
    }
    assert_eq!(ann.get("/runs").1["runs"], json!([]));
}

#[test]
fn what_must_be_done_first_may_be_skipped_so_and_that_is_recorded() {
    let server = server(&format!("{OPEN}{GLASS}"));
    server.install(
        "open",
        "```sh\n#| action: Act\n#| after: [look]\ntrue\n```\n\n```sh\n#| action: Look first\n#| name: look\ntrue\n```\n",
    );
    let ann = server.person("ann");
    assert_eq!(ann.post("/runs", &ann.request("open", "key-00000001")).0, 409);
    let (status, run) = broken(&ann, "open", "key-00000002", "no time to look");
    assert_eq!((status, &run["summary"]["break_glass"]["skipped"]), (201, &json!(["Look first"])), "{run}");
    ann.until_state(&run, "succeeded");
    // Bob may run it too, but not skip anything.
    let bob = server.person("bob");
    assert_eq!(broken(&bob, "open", "key-00000003", "me too").0, 403);
}

#[test]
fn where_nothing_is_in_the_way_it_is_a_run_like_any_other() {
    let server = server(&format!("{OPEN}{GLASS}"));
    server.install_action("open", "", "true");
    let ann = server.person("ann");
    assert_eq!(offer(&ann, "open"), Value::Null);
    let (status, run) = broken(&ann, "open", "key-00000001", "just in case");
    assert_eq!((status, &run["summary"]["break_glass"]), (201, &Value::Null));
}

#[test]
fn somebody_else_of_the_reviewing_team_reviews_it_once_and_with_words() {
    let server = server(&format!(
        "{OPEN}@review(\"net\") permit (principal, action == Action::\"breakGlass\", resource);"
    ));
    server.install_action("open", "target: guarded", "true");
    let [ann, bob, cid] = ["ann", "bob", "cid"].map(|id| server.person(id));
    let run = broken(&bob, "open", "key-00000001", "it burns").1;
    let refused = |person: &Person, verdict, comment| {
        let (status, error) = review(person, &run, verdict, comment);
        (status, code(&error).to_owned())
    };
    assert_eq!(refused(&bob, "right", "I was right"), (403, "forbidden".to_owned()));
    assert_eq!(refused(&ann, "right", "fine"), (403, "forbidden".to_owned()));
    assert_eq!(refused(&cid, "right", " "), (422, "inputs_refused".to_owned()));
    assert_eq!(refused(&cid, "perhaps", "x"), (400, "bad_request".to_owned()));
    let body = json!({"digest": "0".repeat(64), "verdict": "right", "comment": "x"});
    assert_eq!(cid.post(&format!("/runs/{}/review", id(&run)), &body).0, 409);
    let (status, reviewed) = review(&cid, &run, "should_have_waited", "We were there.");
    assert_eq!(status, 200, "{reviewed}");
    let given = &reviewed["summary"]["break_glass"]["review"];
    assert_eq!((&given["by"]["id"], &given["comment"]), (&json!("cid"), &json!("We were there.")));
    assert_eq!(refused(&cid, "right", "on second thoughts"), (409, "wrong_state".to_owned()));
    assert_eq!(cid.get("/approvals").1["to_review"], json!([]));
    bob.until_state(&run, "succeeded");
    assert_eq!(bob.get("/runs").1["runs"][0]["break_glass"]["review"]["verdict"], "should_have_waited");
}

#[test]
fn an_overdue_review_is_shown_to_everybody_and_takes_nobody_s_right_away() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("policies")).unwrap();
    std::fs::write(folder.path().join("policies/house.cedar"), format!("{OPEN}{GLASS}")).unwrap();
    let more = "policies = \"policies\"\n[approval]\nreview = \"0s\"\n";
    let server = Server::start_in(folder, more, &[]);
    server.install_action("open", "target: guarded", "true");
    let ann = server.person("ann");
    let run = broken(&ann, "open", "key-00000001", "it burns").1;
    until(|| {
        let (_, now) = ann.get(&format!("/runs/{}", id(&run)));
        now["summary"]["break_glass"]["escalated"].is_i64().then_some(())
    });
    assert_eq!(ann.get("/approvals").1["overdue"][0]["id"], run["summary"]["id"]);
    ann.until_state(&run, "succeeded");
    assert_eq!(broken(&ann, "open", "key-00000002", "again").0, 201);
    assert_eq!(review(&server.person("bob"), &run, "right", "It was down.").0, 200);
    let left = ann.get("/approvals").1["overdue"].clone();
    assert!(left.as_array().unwrap().iter().all(|it| it["id"] != run["summary"]["id"]), "{left}");
}

#[test]
fn it_is_decided_again_at_the_start() {
    let server = server(&format!("{OPEN}{GLASS}"));
    let gate = server.folder.path().join("gate");
    server.install_action(
        "open",
        "target: guarded",
        &format!("while [ ! -e {} ]; do sleep 0.1; done", gate.display()),
    );
    let ann = server.person("ann");
    let first = broken(&ann, "open", "key-00000001", "it burns").1;
    ann.until_state(&first, "running");
    let mut second = ann.request("open", "key-00000002");
    second["break_glass"] = json!(true);
    second["reason"] = json!("it burns");
    second["separate"] = json!(true);
    let (status, second) = ann.post("/runs", &second);
    assert_eq!((status, &second["summary"]["state"]), (201, &json!("queued")), "{second}");
    std::fs::write(server.folder.path().join("policies/house.cedar"), OPEN).unwrap();
    until(|| offer(&ann, "open").is_null().then_some(()));
    std::fs::write(&gate, "").unwrap();
    let ended = ann.until_state(&second, "cancelled");
    assert!(ended["summary"]["outcome"]["message"].as_str().unwrap().contains("no right to break the glass"));
}

#[test]
fn the_run_spec_carries_it_so_the_digest_covers_it_and_the_audit_record_tells_it() {
    let server = gated();
    let run = broken(&server.person("ann"), "open", "key-00000001", "it burns").1;
    assert_eq!(review(&server.person("bob"), &run, "right", "It was down.").0, 200);
    let record = server.folder.path().join("data/lastmile.sqlite");
    let (spec, audit) = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let pool =
            sqlx::SqlitePool::connect(&format!("sqlite://{}?mode=ro", record.display())).await.unwrap();
        let spec: Vec<u8> = sqlx::query_scalar("SELECT spec FROM runs").fetch_one(&pool).await.unwrap();
        let audit: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT entry FROM audit").fetch_all(&pool).await.unwrap();
        (spec, audit)
    });
    let spec: Value = serde_json::from_slice(&spec).unwrap();
    assert_eq!(
        (&spec["break_glass"]["reason"], &spec["break_glass"]["reviewers"]),
        (&json!("it burns"), &json!(["net"]))
    );
    let audit: Vec<Value> = audit.iter().map(|entry| serde_json::from_slice(entry).unwrap()).collect();
    let entry = |did: &str| audit.iter().find(|entry| entry["did"] == did).unwrap();
    assert_eq!(entry("run.requested")["detail"]["break_glass"]["reason"], "it burns");
    assert_eq!(entry("run.requested")["detail"]["rested_on"]["break_glass"], json!(["house/ops"]));
    assert_eq!(
        (&entry("run.reviewed")["by"], &entry("run.reviewed")["detail"]["verdict"]),
        (&json!("bob"), &json!("right"))
    );
}

const RIGHT: &str = r#"
permit (principal, action == Action::"run", resource);
@id("gate") @approve("bar") permit (principal, action == Action::"requireApproval", resource);
"#;

fn glass(text: &str, ask: &Ask) -> Glass {
    let policies = policies(&format!("{RIGHT}{text}"));
    ask.glass_of(&policies)
}

#[test]
fn a_permission_that_fails_to_evaluate_leaves_the_glass_whole_and_the_gate_shut() {
    let Glass::Stays { failure: Some(failure), .. } = glass(
        r#"@id("all") @review("bar") permit (principal, action == Action::"breakGlass", resource);
           @id("overflow") forbid (principal, action == Action::"breakGlass", resource) when { context.hour + 9223372036854775807 > 0 };"#,
        &ask("noa", "bar-prod"),
    ) else {
        panic!("it must stay")
    };
    assert_eq!(failure.rule, "test/overflow");
}

#[test]
fn a_forbid_wins_and_says_why_and_whoever_permits_names_the_reviewers() {
    let all = r#"@id("all") @review("resource.target.team, sre") permit (principal, action == Action::"breakGlass", resource);"#;
    let night = r#"@why("not by night") forbid (principal, action == Action::"breakGlass", resource) when { context.hour < 7 };"#;
    let mut late = ask("noa", "bar-prod");
    late.at.hour = 10;
    let breaks =
        Glass::Breaks { reviewers: vec!["bar".into(), "sre".into()], by: vec!["test/all".to_owned()] };
    assert_eq!(glass(&format!("{all}{night}"), &late), breaks);
    late.at.hour = 3;
    let Glass::Stays { why, .. } = glass(&format!("{all}{night}"), &late) else { panic!("it must stay") };
    assert_eq!(why, "not by night");
}

#[test]
fn a_glass_that_nobody_else_could_review_stays_whole() {
    let text =
        r#"@review("resource.runbook.owner") permit (principal, action == Action::"breakGlass", resource);"#;
    let orphan = Ask { owner: None, ..ask("noa", "bar-prod") };
    let Glass::Stays { why, .. } = glass(text, &orphan) else { panic!("it must stay") };
    assert!(why.contains("Nobody else could review"), "{why}");
    assert!(matches!(glass(text, &ask("noa", "bar-prod")), Glass::Breaks { .. }));
}

#[test]
fn a_permission_without_a_reviewer_or_a_review_elsewhere_is_refused() {
    let head = r#"(principal, action == Action::"breakGlass", resource);"#;
    for (text, says) in [
        (format!("permit {head}"), "add @review"),
        (format!("@review(\"2 sre\") permit {head}"), "can't be read"),
        (format!("@review(\"nobody\") permit {head}"), "which the config does not have"),
        (format!("@review(\"sre\") forbid {head}"), "belongs to permits"),
        (format!("@approve(\"sre\") @review(\"sre\") permit {head}"), "requireApproval"),
        (
            "@review(\"sre\") permit (principal, action == Action::\"run\", resource);".to_owned(),
            "belongs to permits",
        ),
    ] {
        let said = refused(&text);
        assert!(said.contains(says), "{text}: {said}");
    }
}
