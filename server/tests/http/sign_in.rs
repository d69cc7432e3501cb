use serde_json::json;

use crate::harness::{Server, code};

#[test]
fn a_person_signs_in_is_known_and_signs_out() {
    let server = Server::start();
    let ann = server.person("ann");
    assert_eq!(ann.get("/session").1["person"]["name"], "Ann");
    assert_eq!(ann.send("DELETE", "/session", None, &[]).status(), 204);
    assert_eq!(ann.get("/runs").0, 401);
}

#[test]
fn a_signed_out_visitor_learns_who_one_can_be_and_nothing_else() {
    let server = Server::start();
    let (status, session) = server.nobody().get("/session");
    assert_eq!(status, 200);
    assert_eq!(session["person"], json!(null));
    assert_eq!(session["demo_people"].as_array().unwrap().len(), 3);
}

#[test]
fn nobody_signs_in_as_a_stranger() {
    let server = Server::start();
    let (status, error) = server.nobody().post("/session", &json!({"mode": "demo", "person": "eve"}));
    assert_eq!((status, code(&error)), (403, "forbidden"));
}

#[test]
fn a_session_survives_a_restart() {
    let mut server = Server::start();
    let mut ann = server.person("ann");
    assert!(server.stop());
    server.restart();
    ann.url = server.nobody().url;
    assert_eq!(ann.get("/session").1["person"]["id"], "ann");
}

#[test]
fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let server = Server::start();
    let response = server.nobody().send("POST", "/session", Some(r#"{"mode":"demo","person":"ann"}"#), &[]);
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
}
