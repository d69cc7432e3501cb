//! Asking somebody else to answer instead: it tells them, and never widens who may.

use serde_json::{Value, json};

use crate::events::{listen, next};
use crate::harness::{Person, Server, code, id};

const MORE: &str = "[people.dan]\nname = \"Dan\"\nteams = [\"ops\"]\n";

fn guarded() -> Server {
    let server = Server::start_with(MORE);
    server.install_action("open", "target: guarded", "true");
    server
}

fn refer(by: &Person, run: &Value, to: &Value) -> (u16, Value) {
    let body = json!({"digest": run["digest"], "to": to, "comment": "You know that firewall"});
    by.post(&format!("/runs/{}/referrals", id(run)), &body)
}

fn waits_for(person: &Person, run: &Value) -> (bool, bool) {
    let (_, lists) = person.get("/approvals");
    let has = |list: &str| {
        let list = lists[list].as_array().unwrap();
        list.iter().any(|pending| pending["run"]["id"] == run["summary"]["id"])
    };
    (has("to_answer"), has("referred"))
}

#[test]
fn whoever_is_asked_instead_is_told_and_answers_and_it_is_shown_who_asked_whom() {
    let server = guarded();
    let [ann, bob, cid] = ["ann", "bob", "cid"].map(|id| server.person(id));
    let run = ann.press("open", "key-00000001");
    let path = format!("/runs/{}", id(&run));
    assert_eq!(bob.get(&path).1["could_answer"], json!([{"id": "cid", "name": "Cid", "teams": ["net"]}]));
    assert_eq!(ann.get(&path).1["could_answer"], json!([]));
    let live = listen(&cid, "");
    next(&live, |event| event["type"] == "approvals");
    let (status, after) = refer(&bob, &run, &json!({"person": "cid"}));
    assert_eq!(status, 200, "{after}");
    let shown = &after["referrals"][0];
    assert_eq!((&shown["by"]["id"], &shown["to"]["person"]["id"]), (&json!("bob"), &json!("cid")));
    assert_eq!(shown["comment"], "You know that firewall");
    let notice = next(&live, |event| event["type"] == "notice");
    assert_eq!((&notice["why"], &notice["run"]["referral"]["by"]["id"]), (&json!("referred"), &json!("bob")));
    assert_eq!(cid.get("/approvals").1["to_answer"][0]["referrals"][0]["by"]["id"], "bob");
    assert_eq!((waits_for(&bob, &run), waits_for(&cid, &run)), ((false, true), (true, false)));
    // Asked back, it is theirs again.
    assert_eq!(refer(&cid, &run, &json!({"team": "net"})).0, 200);
    assert_eq!((waits_for(&bob, &run), waits_for(&cid, &run)), ((true, false), (false, true)));
    // Whoever asked somebody else still may.
    assert_eq!(cid.answer(&run, "yes").0, 200);
    ann.until_state(&run, "succeeded");
}

#[test]
fn nobody_can_be_asked_who_may_not_answer_by_the_request_s_own_terms() {
    let server = guarded();
    let [ann, bob, cid, dan] = ["ann", "bob", "cid", "dan"].map(|id| server.person(id));
    let run = ann.press("open", "key-00000001");
    for to in [
        json!({"person": "dan"}),
        json!({"person": "ann"}),
        json!({"person": "bob"}),
        json!({"person": "nobody"}),
        json!({"team": "ops"}),
        json!({"team": "nobody"}),
    ] {
        let (status, error) = refer(&bob, &run, &to);
        assert_eq!((status, code(&error)), (403, "forbidden"), "{to}");
        assert!(error["message"].as_str().unwrap().contains("another person of net"), "{error}");
    }
    // Who may not answer can't ask either, so nobody gets in by being named by themselves.
    for by in [&ann, &dan] {
        assert_eq!(refer(by, &run, &json!({"person": "cid"})).0, 403);
    }
    assert_eq!(refer(&bob, &run, &json!({"person": "cid"})).0, 200);
    assert_eq!(refer(&bob, &run, &json!({"person": "cid"})).0, 409, "asked once is enough");
    assert_eq!(dan.answer(&run, "yes").0, 403);
    assert_eq!(cid.answer(&run, "no").0, 200);
    assert_eq!(code(&refer(&bob, &run, &json!({"team": "net"})).1), "wrong_state");
}

#[test]
fn who_has_answered_can_neither_ask_nor_be_asked() {
    let server = Server::start_with(MORE);
    server.install_action("open", "approve: 2 net", "true");
    let [ann, bob, cid] = ["ann", "bob", "cid"].map(|id| server.person(id));
    let run = ann.press("open", "key-00000001");
    assert_eq!(bob.answer(&run, "yes").0, 200);
    assert_eq!(refer(&bob, &run, &json!({"person": "cid"})).0, 409);
    assert_eq!(refer(&cid, &run, &json!({"person": "bob"})).0, 403);
    let mut stale = run.clone();
    stale["digest"] = json!("0".repeat(64));
    assert_eq!(code(&refer(&cid, &stale, &json!({"team": "net"})).1), "digest_mismatch");
}
