//! Policies that change while the server runs and requests wait.

use lastmile_protocol::Decision;
use serde_json::json;

use crate::harness::{Person, Server, code, until};
use crate::http::{OPEN, preview, server};

fn write(server: &Server, policies: &str) {
    let folder = server.folder.path().join("policies");
    // As editors do: never half a file.
    std::fs::write(folder.join("new"), policies).unwrap();
    std::fs::rename(folder.join("new"), folder.join("house.cedar")).unwrap();
}

fn ready(server: &Server) -> (u16, String) {
    let mut nobody = server.nobody();
    nobody.url.clone_from(&server.url);
    let (status, text) = nobody.get("/readyz");
    (status, text.as_str().unwrap_or_default().to_owned())
}

fn gate(count: u32, why: &str) -> String {
    format!(
        "{OPEN}@id(\"gate\") @approve(\"{count} net\") @why(\"{why}\") permit (principal, action == Action::\"requireApproval\", resource);"
    )
}

/// Waits until `probe` is decided on with this reason.
fn until_asked(person: &Person, why: &str) {
    until(|| match preview(person, "probe", &json!({})) {
        Decision::NeedsApproval { needs } if needs[0].why == why => Some(()),
        _ => None,
    });
}

fn waiting(policies: &str) -> (Server, Person, serde_json::Value) {
    let server = server(policies);
    server.install_action("probe", "", "true");
    server.install_action("open", "", "true");
    let ann = server.person("ann");
    let run = ann.press("open", "key-00000001");
    assert_eq!(run["summary"]["state"], "awaiting_approval");
    (server, ann, run)
}

#[test]
fn files_that_don_t_validate_change_nothing_and_readiness_says_so_until_they_are_mended() {
    let (server, ann, _run) = waiting(&gate(1, "first"));
    assert_eq!(ready(&server), (200, "ok\n".to_owned()));
    write(&server, "permit (principal, action == Action::\"run\", resource) when { context.nonsense };");
    let (status, text) = until(|| Some(ready(&server)).filter(|(_, text)| text != "ok\n"));
    assert_eq!(status, 200);
    assert!(text.contains("the policy files are refused, those before them are in force"), "{text}");
    until_asked(&ann, "first");
    std::fs::remove_file(server.folder.path().join("policies/house.cedar")).unwrap();
    assert!(ready(&server).1.contains("refused"));
    until_asked(&ann, "first");
    write(&server, &gate(1, "second"));
    until_asked(&ann, "second");
    assert_eq!(ready(&server), (200, "ok\n".to_owned()));
}

#[test]
fn a_refusal_of_the_files_is_loud_in_the_log_and_says_where() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("policies")).unwrap();
    std::fs::write(folder.path().join("policies/house.cedar"), gate(1, "first")).unwrap();
    let log = folder.path().join("log");
    let to_log = format!("exec \"$@\" 2>{}", log.display());
    let wrapper = ["sh", "-c", &to_log, "sh"].map(str::to_owned);
    let server = Server::start_in(folder, "policies = \"policies\"\n", &wrapper);
    write(&server, "permit (principal, action == Action::\"run\", resource) when { context.nonsense };");
    let said = until(|| std::fs::read_to_string(&log).ok().filter(|said| said.contains("nonsense")));
    for part in ["ERROR", "THE NEW POLICIES ARE NOT IN FORCE, those before them still are", "house.cedar:1"] {
        assert!(said.contains(part), "{part} in {said}");
    }
}

#[test]
fn a_reload_voids_no_answer_that_would_still_do() {
    let (server, ann, run) = waiting(&gate(1, "first"));
    write(&server, &gate(1, "second"));
    until_asked(&ann, "second");
    assert_eq!(server.person("bob").answer(&run, "yes").0, 200);
    ann.until_state(&run, "succeeded");
}

#[test]
fn a_stricter_policy_holds_for_what_waits_already() {
    let (server, ann, run) = waiting(&gate(1, "first"));
    write(&server, &gate(2, "second"));
    until_asked(&ann, "second");
    assert_eq!(server.person("bob").answer(&run, "yes").1["summary"]["state"], "awaiting_approval");
    assert_eq!(server.person("cid").answer(&run, "yes").0, 200);
    ann.until_state(&run, "succeeded");
}

#[test]
fn a_looser_policy_takes_nothing_from_what_was_asked_for() {
    let (server, ann, run) = waiting(&gate(2, "first"));
    write(&server, &gate(1, "second"));
    until_asked(&ann, "second");
    assert_eq!(server.person("bob").answer(&run, "yes").1["summary"]["state"], "awaiting_approval");
}

#[test]
fn what_is_forbidden_by_now_can_t_be_agreed_to_any_more() {
    let (server, ann, run) = waiting(&gate(1, "first"));
    write(
        &server,
        &format!(
            "{OPEN}@why(\"Closed. Ask one of net.\") forbid (principal, action == Action::\"run\", resource);"
        ),
    );
    until(|| matches!(preview(&ann, "probe", &json!({})), Decision::Deny { .. }).then_some(()));
    let (status, error) = server.person("bob").answer(&run, "yes");
    assert_eq!(
        (status, code(&error), error["message"].as_str()),
        (403, "forbidden", Some("Closed. Ask one of net."))
    );
}

#[test]
fn a_start_is_refused_when_more_must_agree_than_have() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("policies")).unwrap();
    std::fs::write(folder.path().join("policies/house.cedar"), gate(1, "first")).unwrap();
    let server = Server::start_in(folder, "policies = \"policies\"\n[approval]\nauto_start = \"0s\"\n", &[]);
    server.install_action("probe", "", "true");
    server.install_action("open", "", "true");
    let ann = server.person("ann");
    let run = ann.press("open", "key-00000001");
    assert_eq!(server.person("bob").answer(&run, "yes").1["summary"]["state"], "approved");
    write(&server, &gate(2, "second"));
    until_asked(&ann, "second");
    let start = format!("/runs/{}/start", crate::harness::id(&run));
    let (status, error) = ann.post(&start, &json!({}));
    let message = "By now 2 of net must agree (second), and fewer have. Ask again.";
    assert_eq!((status, error["message"].as_str()), (403, Some(message)));
    write(&server, &gate(1, "third"));
    until_asked(&ann, "third");
    assert_eq!(ann.post(&start, &json!({})).0, 200);
    ann.until_state(&run, "succeeded");
}

#[test]
fn a_run_in_the_queue_is_cancelled_when_it_would_need_somebody_by_now() {
    let server = server(OPEN);
    server.install_action("probe", "", "true");
    let go = server.folder.path().join("go");
    server.install_action("open", "", &format!("while [ ! -e {} ]; do sleep 0.1; done", go.display()));
    let ann = server.person("ann");
    let first = ann.until_state(&ann.press("open", "key-00000001"), "running");
    let mut again = ann.request("open", "key-00000002");
    again["separate"] = json!(true);
    let second = ann.post("/runs", &again).1;
    assert_eq!(second["summary"]["state"], "queued", "{second}");
    write(&server, &gate(1, "second"));
    until_asked(&ann, "second");
    std::fs::write(go, "").unwrap();
    ann.until_state(&first, "succeeded");
    let second = ann.until_state(&second, "cancelled");
    let message = second["summary"]["outcome"]["message"].as_str().unwrap();
    assert_eq!(message, "By now 1 of net must agree (second), and fewer have. Ask again.");
}
