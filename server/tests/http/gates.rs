//! Which gates are worth having: what was looked at, what was said afterwards, and a report that names nobody.

use serde_json::{Value, json};

use crate::harness::{Person, Server, code, id};

fn guarded() -> Server {
    let server = Server::start();
    server.install_action("open", "target: guarded", "true");
    server
}

fn verdict(person: &Person, run: &Value, verdict: &str) -> (u16, Value) {
    person.post(&format!("/runs/{}/verdict", id(run)), &json!({"verdict": verdict}))
}

#[test]
fn what_an_approver_looked_at_and_how_long_it_took_stands_with_their_answer() {
    let server = guarded();
    let [ann, bob, cid] = ["ann", "bob", "cid"].map(|id| server.person(id));
    let run = ann.press("open", "key-00000001");
    let path = format!("/runs/{}/looks", id(&run));
    for at in ["request", "script", "script"] {
        assert_eq!(bob.post(&path, &json!({"at": at})).0, 204);
    }
    assert_eq!(code(&bob.post(&path, &json!({"at": "elsewhere"})).1), "bad_request");
    assert_eq!(ann.post(&path, &json!({"at": "request"})).0, 403, "whoever asked does not judge");
    assert_eq!(bob.answer(&run, "yes").0, 200);
    assert_eq!(bob.post(&path, &json!({"at": "checks"})).0, 403, "afterwards it counts no more");
    let run = ann.until_state(&run, "succeeded");
    let (answer, look) = (&run["approvals"][0], &run["approvals"][0]["look"]);
    assert!(look["seen"].as_i64() <= look["script"].as_i64(), "{look}");
    assert!(look["script"].as_i64() <= answer["at"].as_i64(), "{answer}");
    assert_eq!(look["checks"], json!(null));
    drop(cid);
}

#[test]
fn only_who_asked_and_who_answered_say_whether_it_was_the_right_call_and_only_once_it_has_ended() {
    let server = guarded();
    let [ann, bob, cid] = ["ann", "bob", "cid"].map(|id| server.person(id));
    let run = ann.press("open", "key-00000001");
    assert_eq!(code(&verdict(&ann, &run, "yes").1), "wrong_state");
    assert_eq!(bob.answer(&run, "yes").0, 200);
    let run = ann.until_state(&run, "succeeded");
    assert_eq!(run["may"]["judge"], true);
    assert_eq!(verdict(&cid, &run, "yes").0, 403);
    assert_eq!(code(&verdict(&ann, &run, "perhaps").1), "bad_request");
    assert_eq!(verdict(&ann, &run, "cannot_say").0, 200);
    assert_eq!(verdict(&bob, &run, "no").0, 200);
    let (_, after) = verdict(&ann, &run, "yes");
    let said = after["verdicts"].as_array().unwrap().iter();
    let mut said: Vec<_> =
        said.map(|it| (it["by"]["id"].as_str().unwrap(), it["verdict"].as_str().unwrap())).collect();
    said.sort_unstable();
    assert_eq!(said, [("ann", "yes"), ("bob", "no")], "the newest word of each");
}

#[test]
fn the_report_counts_words_refusals_and_verdicts_of_each_gate_and_names_nobody() {
    let server = guarded();
    let [ann, bob, cid] = ["ann", "bob", "cid"].map(|id| server.person(id));
    for (nth, (who, answer, judgement)) in
        [(&bob, "yes", "checked"), (&cid, "yes", "name_wanted"), (&bob, "no", "cannot_judge")]
            .into_iter()
            .enumerate()
    {
        let run = ann.press("open", &format!("key-0000000{nth}"));
        if judgement == "checked" {
            assert_eq!(who.post(&format!("/runs/{}/looks", id(&run)), &json!({"at": "script"})).0, 204);
        }
        assert_eq!(who.answer_as(&run, answer, judgement).0, 200);
        ann.until_state(&run, if answer == "yes" { "succeeded" } else { "rejected" });
        assert_eq!(verdict(&ann, &run, "yes").0, 200);
    }
    let (status, report) = ann.get("/approvals/report");
    assert_eq!(status, 200);
    let gate = &report["gates"][0];
    assert_eq!((&gate["team"], &gate["label"], &gate["answers"]), (&json!("net"), &json!("Act"), &json!(3)));
    let words = ["checked", "only_to_know", "name_wanted", "cannot_judge", "refused", "looked"];
    assert_eq!(words.map(|word| gate[word].as_u64().unwrap()), [1, 0, 1, 1, 1, 1]);
    assert_eq!(gate["verdicts"]["right"], 3);
    let text = report.to_string().to_lowercase();
    assert!(["ann", "bob", "cid"].iter().all(|who| !text.contains(&format!("\"{who}\""))), "{text}");
}
