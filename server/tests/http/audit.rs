//! The audit record as those who may read it see it: pages, filters, files.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::{Person, Server, code, id};

const READERS: &str = "[audit]\nmay_read = [\"net\"]\n";

fn entries(person: &Person, query: &str) -> Vec<Value> {
    let (status, page) = person.get(&format!("/audit?{query}"));
    assert_eq!(status, 200, "{page}");
    page["entries"].as_array().unwrap().clone()
}

fn told(entries: &[Value]) -> Vec<String> {
    let by = |entry: &Value| entry["by"].as_str().unwrap_or("-").to_owned();
    entries.iter().map(|entry| format!("{} {}", by(entry), entry["did"].as_str().unwrap())).collect()
}

fn text(person: &Person, path: &str) -> String {
    let mut response = person.send("GET", path, None, &[]);
    assert_eq!(response.status(), 200);
    response.body_mut().read_to_string().unwrap()
}

#[test]
fn who_may_not_read_the_record_is_told_who_may_and_who_may_knows_it() {
    let server = Server::start_with(READERS);
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    for path in ["/audit", "/audit/newer?after=1", "/audit.jsonl", "/audit.csv"] {
        let (status, error) = ann.get(path);
        assert_eq!((status, code(&error)), (403, "forbidden"), "{path}");
        assert_eq!(error["message"], "Only net may read the audit record. Ask one of them.");
        assert_eq!(server.nobody().get(path).0, 401);
    }
    assert_eq!(ann.get("/session").1["may_read_audit"], false);
    assert_eq!(bob.get("/session").1["may_read_audit"], true);
    assert_eq!(server.nobody().get("/session").1["may_read_audit"], false);
}

#[test]
fn without_a_config_for_it_nobody_reads_the_record() {
    let server = Server::start();
    let (status, error) = server.person("bob").get("/audit");
    assert_eq!(status, 403);
    assert!(error["message"].as_str().unwrap().contains("may_read"), "{error}");
}

#[test]
fn a_refusal_shows_its_sentence_the_rules_behind_it_and_the_policies_digest() {
    let server = Server::start_with(READERS);
    server.install_action("theirs", "target: theirs", "true");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    assert_eq!(ann.post("/runs", &ann.request("theirs", "key-00000001")).0, 403);
    let all = entries(&bob, "did=refused");
    let [refusal] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(refusal["why"], "Only net may run on theirs. Ask one of them.");
    assert_eq!(refusal["asked"], "run.request");
    assert_eq!((&refusal["runbook"], &refusal["target"]), (&"theirs".into(), &"theirs".into()));
    assert_eq!(refusal["rules"][0]["rule"], "may_run of target theirs (config)");
    assert_eq!(refusal["rules"][0]["says"], "forbids");
    assert_eq!(refusal["policy"].as_str().map(str::len), Some(64));
    assert_eq!(refusal["hash"].as_str().map(str::len), Some(64));
}

#[test]
fn one_person_one_target_one_action_and_one_run_can_be_followed() {
    let server = Server::start_with(READERS);
    server.install_action("open", "target: guarded", "true");
    server.install_action("plain", "target: local", "true");
    let (ann, bob, cid) = (server.person("ann"), server.person("bob"), server.person("cid"));
    let run = ann.press("open", "key-00000001");
    assert_eq!(bob.answer(&run, "yes").0, 200);
    ann.until_state(&run, "succeeded");
    let other = cid.press("plain", "key-00000002");
    cid.until_state(&other, "succeeded");
    let of_run = entries(&bob, &format!("run={}", id(&run)));
    assert_eq!(told(&of_run).last().map(String::as_str), Some("ann run.requested"));
    assert!(told(&of_run).contains(&"- run.succeeded".to_owned()));
    // Steps that name only their run are found by its target and its action too.
    assert_eq!(entries(&bob, "target=guarded"), of_run);
    assert_eq!(entries(&bob, "runbook=open&action=act"), of_run);
    assert_eq!(told(&entries(&bob, "person=cid&target=local")), ["cid run.requested"]);
    assert_eq!(told(&entries(&bob, "person=cid&did=session.begun")), ["cid session.begun"]);
    assert!(entries(&bob, "person=cid&target=guarded").is_empty());
    let page = bob.get("/audit").1;
    let people: Vec<&str> =
        page["people"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(people, ["Ann", "Bob", "Cid"]);
    assert_eq!(page["targets"], serde_json::json!(["guarded", "local"]));
    assert!(page["kinds"].as_array().unwrap().contains(&"run.answered".into()));
}

#[test]
fn a_time_narrows_the_record_to_what_was_done_in_it() {
    let server = Server::start_with(READERS);
    let bob = server.person("bob");
    server.person("ann");
    let all = entries(&bob, "");
    let at = |entry: &Value| entry["at"].as_i64().unwrap();
    let (newest, oldest) = (at(&all[0]), at(all.last().unwrap()));
    assert_eq!(entries(&bob, &format!("since={oldest}&until={}", newest + 1)), all);
    assert!(entries(&bob, &format!("since={}", newest + 1)).is_empty());
    assert!(entries(&bob, &format!("until={oldest}")).is_empty());
    let day = 86_400_000;
    assert!(entries(&bob, &format!("since={}&until={}", oldest - 9 * day, oldest - 8 * day)).is_empty());
    assert_eq!(bob.get("/audit?since=yesterday").0, 400);
}

#[test]
fn pages_follow_each_other_without_a_gap_while_the_record_grows() {
    let server = Server::start_with(READERS);
    let bob = server.person("bob");
    for _ in 0..60 {
        server.person("ann");
    }
    let first = bob.get("/audit").1;
    server.person("ann");
    let mut seen: Vec<u64> = numbers(&first);
    let mut next = first["next"].clone();
    while let Some(before) = next.as_u64() {
        let page = bob.get(&format!("/audit?before={before}")).1;
        seen.extend(numbers(&page));
        next = page["next"].clone();
    }
    assert_eq!(seen[0], first["newest"].as_u64().unwrap());
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1] + 1), "{seen:?}");
    assert_eq!(seen.last(), Some(&1));
    let newer =
        |query: &str| bob.get(&format!("/audit/newer?after={}{query}", first["newest"])).1["count"].clone();
    assert_eq!(newer(""), 1);
    assert_eq!(newer("&person=ann"), 1);
    assert_eq!(newer("&person=bob"), 0);
}

fn numbers(page: &Value) -> Vec<u64> {
    page["entries"].as_array().unwrap().iter().map(|entry| entry["seq"].as_u64().unwrap()).collect()
}

#[test]
fn json_lines_hold_each_entry_as_it_was_hashed_oldest_first_and_the_export_is_an_entry() {
    let server = Server::start_with(READERS);
    let bob = server.person("bob");
    for _ in 0..250 {
        server.person("ann");
    }
    let response = bob.send("GET", "/audit.jsonl?person=ann", None, &[]);
    let disposition = response.headers()["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"lastmile-audit-20"), "{disposition}");
    assert!(disposition.ends_with(".jsonl\""), "{disposition}");
    let lines: Vec<Value> = text(&bob, "/audit.jsonl?person=ann")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 250);
    assert!(lines.iter().all(|entry| entry["by"] == "ann"));
    let numbers: Vec<u64> = lines.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
    assert!(numbers.is_sorted());
    let exports = entries(&bob, "did=audit.exported");
    assert_eq!(exports.len(), 2);
    assert!(exports[0]["entry"].as_str().unwrap().contains(r#""filter":{"person":"ann"}"#));
    assert_eq!(bob.send("HEAD", "/audit.jsonl", None, &[]).status(), 200);
    assert_eq!(entries(&bob, "did=audit.exported").len(), 2, "a HEAD takes nothing away");
}

#[test]
fn csv_is_quoted_and_a_formula_that_somebody_typed_is_harmless_text() {
    let server = Server::start_with(READERS);
    server.install("=cmd", "- [ ] Say \"hi\", twice <!-- step: {name: say} -->\n");
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let revision = ann.get("/runbooks/=cmd").1["revision"].clone();
    let tick = serde_json::json!({"runbook": "=cmd", "revision": revision, "step": "say", "done": true});
    assert_eq!(ann.post("/steps", &tick).0, 204);
    let csv = text(&bob, "/audit.csv?did=step.ticked");
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(lines[0], "seq,time,person,did,run,runbook,action,target,detail,hash");
    assert!(lines[1].contains(",ann,step.ticked,,\"'=cmd\",,,\"{\"\"runbook\"\":\"\"=cmd\"\","), "{csv}");
    assert_eq!((lines.len(), lines[2]), (3, ""));
    let formulas: BTreeSet<&str> = lines[1].split(',').filter(|cell| cell.starts_with('=')).collect();
    assert!(formulas.is_empty());
}
