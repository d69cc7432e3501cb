//! Watching instead of being asked: told of runs, and nobody waits.

use serde_json::{Value, json};

use crate::events::{listen, next};
use crate::harness::{Person, Server, code};

fn watch(person: &Person, kind: &str, name: &str, on: bool) -> (u16, Value) {
    person.post("/watching", &json!({"kind": kind, "name": name, "on": on}))
}

#[test]
fn who_watches_a_runbook_an_action_or_a_target_is_told_of_its_runs_and_nobody_waits() {
    for (kind, name) in [("runbook", "net/open"), ("action", "net/open#act"), ("target", "local")] {
        let server = Server::start();
        server.install_action("net/open", "", "true");
        let (ann, cid) = (server.person("ann"), server.person("cid"));
        let (status, watching) = watch(&cid, kind, name, true);
        assert_eq!(
            (status, &watching["watches"]),
            (200, &json!([{"kind": kind, "name": name}])),
            "{watching}"
        );
        let live = listen(&cid, "");
        next(&live, |event| event["type"] == "approvals");
        let run = ann.press("net/open", "key-00000001");
        assert_eq!(run["summary"]["state"], "starting");
        for state in ["queued", "succeeded"] {
            let notice = next(&live, |event| event["type"] == "notice");
            assert_eq!((&notice["why"], &notice["run"]["state"]), (&json!("watched"), &json!(state)));
            assert_eq!(notice["run"]["id"], run["summary"]["id"]);
        }
        assert_eq!(cid.get("/watching").1["runs"][0]["id"], run["summary"]["id"]);
        assert_eq!(cid.get("/approvals").1["to_answer"], json!([]));
    }
}

#[test]
fn who_lets_go_is_told_no_more_and_others_never_were() {
    let server = Server::start();
    server.install_action("open", "", "true");
    server.install_action("other", "", "true");
    let [ann, bob, cid] = ["ann", "bob", "cid"].map(|id| server.person(id));
    watch(&cid, "runbook", "open", true);
    watch(&cid, "runbook", "other", true);
    let (status, watching) = watch(&cid, "runbook", "open", false);
    assert_eq!((status, &watching["watches"]), (200, &json!([{"kind": "runbook", "name": "other"}])));
    let (of_cid, of_bob) = (listen(&cid, ""), listen(&bob, ""));
    next(&of_cid, |event| event["type"] == "approvals");
    next(&of_bob, |event| event["type"] == "approvals");
    ann.until_state(&ann.press("open", "key-00000001"), "succeeded");
    let told = ann.press("other", "key-00000002");
    let notice = next(&of_cid, |event| event["type"] == "notice");
    assert_eq!(notice["run"]["id"], told["summary"]["id"]);
    ann.until_state(&told, "succeeded");
    // Whatever is told of a run comes before what is told of a later one.
    let mine = bob.press("open", "key-00000003");
    let notice = next(&of_bob, |event| event["type"] == "notice");
    assert_eq!((&notice["why"], &notice["run"]["id"]), (&json!("yours"), &mine["summary"]["id"]));
}

#[test]
fn what_is_told_is_stored_and_comes_again_to_who_resumes() {
    let server = Server::start();
    server.install_action("open", "", "true");
    let (ann, cid) = (server.person("ann"), server.person("cid"));
    watch(&cid, "target", "local", true);
    let run = ann.press("open", "key-00000001");
    ann.until_state(&run, "succeeded");
    let late = listen(&cid, "after=0");
    let states = ["queued", "succeeded"]
        .map(|_| next(&late, |event| event["type"] == "notice")["run"]["state"].clone());
    assert_eq!(states, [json!("queued"), json!("succeeded")]);
}

#[test]
fn only_what_is_there_can_be_watched() {
    let server = Server::start();
    server.install_action("open", "", "true");
    let cid = server.person("cid");
    for (kind, name) in [("runbook", "shut"), ("action", "open#shut"), ("action", "open"), ("target", "open")]
    {
        let (status, error) = watch(&cid, kind, name, true);
        assert_eq!((status, code(&error)), (404, "not_found"), "{kind} {name}");
    }
    assert_eq!(watch(&cid, "person", "ann", true).0, 400);
    assert_eq!(server.nobody().get("/watching").0, 401);
    // As often as one likes, and also what has gone.
    assert_eq!(watch(&cid, "runbook", "shut", false).0, 200);
}
