//! Every route's refusals: status and code, and that the message says something.

use serde_json::{Value, json};

use crate::harness::{Server, code};

/// Every route that needs a session, with a method that it takes.
const GUARDED: [(&str, &str); 14] = [
    ("GET", "/runbooks"),
    ("GET", "/runbooks/x"),
    ("POST", "/steps"),
    ("GET", "/runs"),
    ("POST", "/runs"),
    ("POST", "/runs/preview"),
    ("GET", "/runs/x"),
    ("POST", "/runs/x/cancel"),
    ("POST", "/runs/x/start"),
    ("POST", "/runs/x/approvals"),
    ("GET", "/runs/x/log"),
    ("GET", "/runs/x/log/search?q=x"),
    ("GET", "/runs/x/log.txt"),
    ("GET", "/events"),
];

#[test]
fn without_a_session_every_route_answers_401() {
    let server = Server::start();
    for (method, path) in GUARDED.into_iter().chain([("GET", "/approvals")]) {
        let body = (method == "POST").then_some("{}");
        let mut response = server.nobody().send(method, path, body, &[]);
        let error: Value = response.body_mut().read_json().unwrap();
        assert_eq!((response.status().as_u16(), code(&error)), (401, "signed_out"), "{method} {path}");
    }
}

#[test]
fn what_another_site_sends_is_refused_on_every_route_that_changes_something() {
    let server = Server::start();
    let ann = server.person("ann");
    let headers = [("origin", "http://evil.example"), ("sec-fetch-site", "cross-site")];
    for (method, path) in GUARDED.into_iter().chain([("DELETE", "/session"), ("POST", "/session")]) {
        if method == "GET" {
            continue;
        }
        let body = (method == "POST").then_some("{}");
        let mut response = ann.send(method, path, body, &headers);
        let error: Value = response.body_mut().read_json().unwrap();
        assert_eq!((response.status().as_u16(), code(&error)), (403, "cross_site"), "{method} {path}");
    }
}

#[test]
fn a_body_that_is_no_json_is_refused_with_what_to_do() {
    let server = Server::start();
    let ann = server.person("ann");
    for (method, path) in GUARDED
        .into_iter()
        .filter(|(method, path)| *method == "POST" && !path.ends_with("cancel") && !path.ends_with("start"))
    {
        let (status, error) = ann.post(path, &json!({"nonsense": true}));
        assert_eq!((status, code(&error)), (400, "bad_request"), "{method} {path}");
        let mut response = ann.send("POST", path, Some("{}"), &[("content-type", "text/plain")]);
        let error: Value = response.body_mut().read_json().unwrap();
        assert_eq!((response.status().as_u16(), code(&error)), (415, "not_json"), "{method} {path}");
    }
}

#[test]
fn what_does_not_exist_is_404_everywhere() {
    let server = Server::start();
    let ann = server.person("ann");
    for (method, path) in GUARDED {
        if method == "GET" && path.contains("/x") {
            let (status, error) = ann.get(path);
            assert_eq!((status, code(&error)), (404, "not_found"), "{path}");
        }
    }
    for path in ["/runs/x/cancel", "/runs/x/start"] {
        assert_eq!(ann.post(path, &json!({})).0, 404, "{path}");
    }
    assert_eq!(ann.post("/runs/x/approvals", &json!({"digest": "d", "answer": "yes"})).0, 404);
    assert_eq!(
        ann.post("/steps", &json!({"runbook": "x", "revision": "r", "step": "s", "done": true})).0,
        404
    );
    assert_eq!(ann.post("/runs/preview", &json!({"runbook": "x", "action": "y"})).0, 404);
}

#[test]
fn unknown_paths_and_methods_are_told_in_json_and_never_get_the_app() {
    let server = Server::start();
    let ann = server.person("ann");
    let (status, error) = ann.get("/nope");
    assert_eq!((status, code(&error)), (404, "not_found"));
    let mut response = ann.send("PUT", "/runs", Some("{}"), &[]);
    let error: Value = response.body_mut().read_json().unwrap();
    assert_eq!((response.status().as_u16(), code(&error)), (405, "method_not_allowed"));
    for path in ["/api/nope", "/api/v2/runs", "/assets/app-0123456789abcdef.js", "/favicon.missing"] {
        let mut app = server.nobody();
        app.url.clone_from(&server.url);
        assert_eq!(app.get(path).0, 404, "{path}");
    }
}

#[test]
fn the_app_answers_deep_links() {
    let server = Server::start();
    let mut app = server.nobody();
    app.url.clone_from(&server.url);
    for path in ["/", "/runbooks/bar/pool", "/runs/abc", "/livez", "/readyz"] {
        assert_eq!(app.get(path).0, 200, "{path}");
    }
}

#[test]
fn a_body_of_more_than_a_megabyte_is_refused() {
    let server = Server::start();
    let ann = server.person("ann");
    let mut request = json!({"runbook": "x", "action": "y"});
    request["incident"] = Value::String("x".repeat(1_100_000));
    let (status, error) = ann.post("/runs/preview", &request);
    assert_eq!((status, code(&error)), (413, "too_large"));
}

#[test]
fn a_body_of_another_shape_is_refused_in_words_that_a_client_can_use() {
    let server = Server::start();
    let ann = server.person("ann");
    let (status, error) = ann.post("/runs", &serde_json::json!([]));
    assert_eq!((status, code(&error)), (400, "bad_request"));
    assert!(!error["message"].as_str().unwrap().contains("RunRequest"), "{error}");
}

#[test]
fn a_filter_that_makes_no_sense_is_refused() {
    let server = Server::start();
    let ann = server.person("ann");
    let (status, error) = ann.get("/runs?since=yesterday");
    assert_eq!((status, code(&error)), (400, "bad_request"));
    assert_eq!(ann.get("/runs?state=zzz").0, 400);
    assert_eq!(ann.get("/runs/x/log?first=-1").0, 400);
    assert_eq!(ann.get("/runs/x/log/search?q=").0, 400);
}
