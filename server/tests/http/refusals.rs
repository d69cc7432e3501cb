//! Refusals that hold whatever the route: no such path, no such method, bodies that can't be used. Who is refused what on
//! which route is in `matrix/`.

use serde_json::{Value, json};

use crate::harness::{Server, code};

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
