use serde_json::json;

use crate::harness::{Server, code, id, until};

fn guarded(more: &str) -> Server {
    let server = Server::start_with(more);
    let mark = server.folder.path().join("mark");
    server.install_action("open", "target: guarded", &format!("touch {}", mark.display()));
    server
}

#[test]
fn nothing_of_the_action_exists_before_the_yes_and_it_starts_by_itself_after() {
    let server = guarded("");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let run = ann.press("open", "key-00000001");
    assert_eq!(run["summary"]["state"], "awaiting_approval");
    assert_eq!(run["needs"][0]["team"], "net");
    assert!(!server.folder.path().join("data/runs").join(id(&run)).exists());
    let (_, approvals) = bob.get("/approvals");
    assert_eq!(approvals["to_answer"][0]["run"]["id"], run["summary"]["id"]);
    assert_eq!(bob.answer(&run, "yes").0, 200);
    let run = ann.until_state(&run, "succeeded");
    assert!(server.folder.path().join("mark").exists());
    assert_eq!(run["approvals"][0]["by"]["id"], "bob");
    assert!(run["summary"]["times"]["approved"].is_i64());
}

#[test]
fn whoever_has_to_agree_is_told_when_the_file_has_moved_on() {
    let server = guarded("");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let run = ann.press("open", "key-00000001");
    let path = format!("/runs/{}", id(&run));
    let file = || bob.get(&path).1["file"].as_str().unwrap().to_owned();
    assert_eq!(file(), "same");
    server.install(
        "open",
        "# Open\n\nNew words.\n\n```sh\n#| action: Act\n#| target: guarded\nsomething else\n```\n",
    );
    assert_eq!(until(|| Some(file()).filter(|it| it != "same")), "action");
    server.install("open", "# Open\n");
    assert_eq!(until(|| Some(file()).filter(|it| it != "action")), "gone");
}

#[test]
fn a_no_ends_the_request_and_a_later_yes_changes_nothing() {
    let server = guarded("");
    let (ann, bob, cid) = (server.person("ann"), server.person("bob"), server.person("cid"));
    let run = ann.press("open", "key-00000001");
    assert_eq!(bob.answer(&run, "no").1["summary"]["state"], "rejected");
    let (status, error) = cid.answer(&run, "yes");
    assert_eq!((status, code(&error)), (409, "wrong_state"));
    assert!(!server.folder.path().join("mark").exists());
}

#[test]
fn nobody_agrees_to_their_own_request_and_only_the_asked_team_answers() {
    let server = guarded("");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let run = bob.press("open", "key-00000001");
    let (status, error) = bob.answer(&run, "yes");
    assert_eq!((status, code(&error)), (403, "forbidden"));
    let (status, error) = ann.answer(&run, "yes");
    assert_eq!((status, code(&error)), (403, "forbidden"));
    assert_eq!(bob.get("/approvals").1["to_answer"], json!([]));
    assert_eq!(bob.get("/approvals").1["asked"][0]["run"]["id"], run["summary"]["id"]);
}

#[test]
fn an_answer_to_another_digest_is_refused() {
    let server = guarded("");
    let run = server.person("ann").press("open", "key-00000001");
    let bob = server.person("bob");
    let body = json!({"digest": "0".repeat(64), "answer": "yes", "judgement": "checked"});
    let (status, error) = bob.post(&format!("/runs/{}/approvals", id(&run)), &body);
    assert_eq!((status, code(&error)), (409, "digest_mismatch"));
}

#[test]
fn two_of_a_team_means_two_different_people() {
    let server = Server::start();
    server.install_action("open", "approve: 2 net", "true");
    let (ann, bob, cid) = (server.person("ann"), server.person("bob"), server.person("cid"));
    let run = ann.press("open", "key-00000001");
    assert_eq!(bob.answer(&run, "yes").1["summary"]["state"], "awaiting_approval");
    assert_eq!(bob.answer(&run, "yes").0, 409);
    assert_eq!(cid.answer(&run, "yes").0, 200);
    ann.until_state(&run, "succeeded");
}

#[test]
fn a_request_that_nobody_answers_expires_and_never_runs() {
    let server = guarded("[approval]\nexpires = \"1s\"\n");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let run = ann.until_state(&ann.press("open", "key-00000001"), "expired");
    assert_eq!(bob.answer(&run, "yes").0, 409);
    assert!(!server.folder.path().join("mark").exists());
}

#[test]
fn a_late_yes_waits_for_the_requester_to_press_start() {
    let server = guarded("[approval]\nauto_start = \"0s\"\n");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let run = ann.press("open", "key-00000001");
    let path = format!("/runs/{}/start", id(&run));
    assert_eq!(ann.post(&path, &json!({})).0, 409);
    // The clock moves on by itself: a request is never answered in the millisecond in which it was made.
    assert_eq!(bob.answer(&run, "yes").1["summary"]["state"], "approved");
    assert_eq!(bob.post(&path, &json!({})).0, 403);
    assert_eq!(ann.post(&path, &json!({})).0, 200);
    ann.until_state(&run, "succeeded");
    assert_eq!(ann.post(&path, &json!({})).0, 409);
}

#[test]
fn the_requester_can_withdraw_a_request() {
    let server = guarded("");
    let ann = server.person("ann");
    let run = ann.press("open", "key-00000001");
    assert_eq!(
        ann.post(&format!("/runs/{}/cancel", id(&run)), &json!({})).1["summary"]["state"],
        "cancelled"
    );
    assert_eq!(server.person("bob").answer(&run, "yes").0, 409);
}

#[test]
fn an_answer_without_a_word_on_what_it_rests_on_is_refused_and_the_request_waits_on() {
    let server = guarded("");
    let run = server.person("ann").press("open", "key-00000001");
    let bob = server.person("bob");
    let path = format!("/runs/{}/approvals", id(&run));
    for judgement in [json!(null), json!("looks fine")] {
        let body = json!({"digest": run["digest"], "answer": "yes", "judgement": judgement});
        let (status, error) = bob.post(&path, &body);
        assert_eq!((status, code(&error)), (400, "bad_request"));
        assert!(error["message"].as_str().unwrap().contains("cannot_judge"), "{error}");
    }
    assert_eq!(bob.get(&format!("/runs/{}", id(&run))).1["summary"]["state"], "awaiting_approval");
}

#[test]
fn what_an_answer_rests_on_is_shown_and_who_cannot_judge_has_answered() {
    for (answer, judgement, ends) in [
        ("yes", "cannot_judge", "succeeded"),
        ("no", "cannot_judge", "rejected"),
        ("yes", "only_to_know", "succeeded"),
        ("yes", "name_wanted", "succeeded"),
    ] {
        let server = guarded("");
        let (ann, bob) = (server.person("ann"), server.person("bob"));
        let run = ann.press("open", "key-00000001");
        assert_eq!(bob.answer_as(&run, answer, judgement).0, 200);
        let run = ann.until_state(&run, ends);
        assert_eq!(run["approvals"][0]["judgement"], judgement);
    }
}
