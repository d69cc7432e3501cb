//! Signing in by an OpenID Connect provider: one that is honest, and everything that one must not get away with.

mod browser;
mod fake;
mod hostile;

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use self::browser::{Browser, session_of};
use self::fake::{Fake, signed};
use crate::harness::{Server, code};

/// A server whose provider is that one.
fn server(fake: &Fake, more: &str) -> Server {
    let folder = tempfile::TempDir::new().unwrap();
    let secret = folder.path().join("oidc-secret");
    std::fs::write(&secret, format!("{}\n", fake::SECRET)).unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    let config = format!(
        "[auth]\nmodes = ['oidc']\n[auth.oidc]\nname = 'Acme'\nissuer = '{}'\nclient = '{}'\n\
         secret = {{ file = 'oidc-secret' }}\nteams = {{ netops = ['net'], opers = ['ops'] }}\n{more}",
        fake.url,
        fake::CLIENT
    );
    Server::start_in(folder, &config, &[])
}

#[test]
fn whom_the_provider_names_is_signed_in_with_the_teams_of_their_groups_and_led_to_their_page() {
    let fake = Fake::start();
    let server = server(&fake, "");
    assert_eq!(server.nobody().get("/session").1["provider"], "Acme");
    let mut browser = Browser::new(&server);
    let sent = browser.leave("/runs?state=failed#x");
    for (name, value) in
        [("response_type", "code"), ("client_id", "lastmile"), ("code_challenge_method", "S256")]
    {
        assert_eq!(sent[name], value);
    }
    assert_eq!(sent["scope"], "openid profile email");
    assert_eq!(sent["redirect_uri"], format!("{}/api/v1/session/oidc", server.url));
    let back = browser.come_back(&sent, &fake.code(&sent, signed(1, &fake.claims(&sent))));
    assert_eq!((back.status, back.to.as_str()), (303, "/runs?state=failed#x"));
    let told = browser.person().get("/session").1;
    assert_eq!(told["person"], json!({"id": "zoe", "name": "Zoe Young", "teams": ["net"]}));
    assert_eq!((&told["how"], browser.person().get("/runs").0), (&json!("oidc"), 200));
    let did: Vec<_> = server.audit().iter().map(|entry| entry["did"].as_str().unwrap().to_owned()).collect();
    assert_eq!(did, ["person.told", "session.begun"]);
}

#[test]
fn the_session_is_strict_the_attempt_s_cookie_is_lax_and_neither_is_for_scripts() {
    let fake = Fake::start();
    let server = server(&fake, "");
    let mut browser = Browser::new(&server);
    let sent = browser.leave("/");
    let attempt = browser.set.last().unwrap().clone();
    assert!(attempt.contains("HttpOnly; SameSite=Lax; Max-Age=600"), "{attempt}");
    let back = browser.come_back(&sent, &fake.code(&sent, signed(1, &fake.claims(&sent))));
    let session = session_of(&back.set).unwrap();
    assert!(session.contains("HttpOnly; SameSite=Strict"), "{session}");
    assert!(back.set.iter().any(|set| set.starts_with("lastmile_sign_in=;") && set.contains("Max-Age=0")));
}

#[test]
fn signing_in_leads_to_pages_of_this_app_only() {
    let fake = Fake::start();
    let server = server(&fake, "");
    for page in ["https://evil.example", "//evil.example", "/\\evil.example", "/sign-in", "javascript:x"] {
        let mut browser = Browser::new(&server);
        let sent = browser.leave(page);
        let back = browser.come_back(&sent, &fake.code(&sent, signed(1, &fake.claims(&sent))));
        assert_eq!(back.to, "/", "{page}");
    }
}

#[test]
fn a_new_sign_in_ends_the_session_that_the_browser_had() {
    let fake = Fake::start();
    let server = server(&fake, "");
    let mut browser = Browser::new(&server);
    browser.sign_in(&fake);
    let first = browser.person();
    let sent = browser.leave("/");
    // A link from the provider's site does not carry the strict cookie.
    browser.session = None;
    browser.come_back(&sent, &fake.code(&sent, signed(1, &fake.claims(&sent))));
    assert_ne!(first.cookie, browser.person().cookie);
    assert_eq!((first.get("/runs").0, browser.person().get("/runs").0), (401, 200));
}

#[test]
fn signing_out_ends_the_session_and_leads_to_the_provider_s_own_sign_out() {
    let fake = Fake::start();
    let server = server(&fake, "");
    let mut browser = Browser::new(&server);
    browser.sign_in(&fake);
    let zoe = browser.person();
    let mut response = zoe.send("DELETE", "/session", None, &[]);
    let onward: Value = response.body_mut().read_json().unwrap();
    let onward = onward["continue_at"].as_str().unwrap();
    let (at, query) = onward.split_once('?').unwrap();
    assert_eq!(at, format!("{}/leave", fake.url));
    let query = browser::pairs(query);
    assert_eq!(query["client_id"], "lastmile");
    assert_eq!(query["post_logout_redirect_uri"], format!("{}/sign-in", server.url));
    assert_eq!(query["id_token_hint"].split('.').count(), 3);
    assert_eq!(zoe.get("/runs").0, 401, "the cookie is used up");
    fake.has_no_sign_out();
}

#[test]
fn where_the_provider_has_no_sign_out_one_is_signed_out_here_alone() {
    let fake = Fake::start();
    fake.has_no_sign_out();
    let server = server(&fake, "");
    let mut browser = Browser::new(&server);
    browser.sign_in(&fake);
    assert_eq!(browser.person().send("DELETE", "/session", None, &[]).status(), 204);
    assert_eq!(browser.person().get("/runs").0, 401);
}

#[test]
fn the_provider_may_change_its_keys_and_is_asked_again_only_then() {
    let fake = Fake::start();
    let server = server(&fake, "");
    Browser::new(&server).sign_in(&fake);
    Browser::new(&server).sign_in(&fake);
    assert_eq!(fake.keys_asked(), 1);
    fake.publishes(&[2]);
    let mut browser = Browser::new(&server);
    let sent = browser.leave("/");
    let back = browser.come_back(&sent, &fake.code(&sent, signed(2, &fake.claims(&sent))));
    assert_eq!((back.to.as_str(), fake.keys_asked()), ("/", 2));
}

#[test]
fn groups_that_stand_at_the_other_place_only_are_found_there() {
    let fake = Fake::start();
    let server = server(&fake, "");
    fake.tells_more(json!({"sub": "account-1", "groups": ["opers"], "name": "Somebody Else"}));
    let mut browser = Browser::new(&server);
    let sent = browser.leave("/");
    let mut claims = fake.claims(&sent);
    claims.as_object_mut().unwrap().remove("groups");
    browser.come_back(&sent, &fake.code(&sent, signed(1, &claims)));
    let told = browser.person().get("/session").1;
    assert_eq!(
        told["person"],
        json!({"id": "zoe", "name": "Zoe Young", "teams": ["ops"]}),
        "the ID token holds"
    );
}

#[test]
fn two_tabs_may_sign_in_at_once() {
    let fake = Fake::start();
    let server = server(&fake, "");
    let mut browser = Browser::new(&server);
    let (first, second) = (browser.leave("/runs"), browser.leave("/approvals"));
    let mut other = browser.clone();
    let code_of = |sent| fake.code(sent, signed(1, &fake.claims(sent)));
    assert_eq!(browser.come_back(&second, &code_of(&second)).to, "/approvals");
    assert_eq!(other.come_back(&first, &code_of(&first)).to, "/runs");
}

#[test]
fn a_browser_that_tries_too_often_is_told_to_wait() {
    let fake = Fake::start();
    let server = server(&fake, "[auth.limits]\nsign_ins = 2\n");
    let nobody = server.nobody();
    let ask = || nobody.post("/session/oidc", &json!({"return_to": "/"}));
    assert_eq!((ask().0, ask().0), (200, 200));
    let (status, error) = ask();
    assert_eq!((status, code(&error)), (429, "too_many"));
    let mut browser = Browser::new(&server);
    assert_eq!(browser.get("code=x&state=y").to, "/sign-in?problem=too_many");
}

#[test]
fn the_doctor_says_whether_the_provider_can_be_asked_and_what_it_must_know() {
    let fake = Fake::start();
    let server = server(&fake, "");
    let doctor = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_lastmile"));
        command.arg("doctor").arg("--data").arg(server.folder.path().join("data"));
        command.arg("--config").arg(server.folder.path().join("config.toml"));
        let said = String::from_utf8(command.output().unwrap().stdout).unwrap();
        said.lines().find(|line| line.contains(" sign-in ")).unwrap().to_owned()
    };
    let line = doctor();
    assert!(line.starts_with("ok") && line.contains("/api/v1/session/oidc"), "{line}");
    fake.is_down(true);
    let line = doctor();
    assert!(line.starts_with("BAD") && line.contains("can't be asked"), "{line}");
    std::fs::remove_file(server.folder.path().join("oidc-secret")).unwrap();
    let line = doctor();
    assert!(line.starts_with("BAD") && line.contains("secret can't be read"), "{line}");
}

#[test]
fn the_secret_and_the_tokens_are_nowhere_in_the_answers_and_the_audit_record() {
    let fake = Fake::start();
    let server = server(&fake, "");
    let mut browser = Browser::new(&server);
    let sent = browser.leave("/");
    let token = signed(1, &fake.claims(&sent));
    let back = browser.come_back(&sent, &fake.code(&sent, token.clone()));
    let said = format!("{:?} {:?} {:?}", sent, back.set, server.audit());
    for hidden in [fake::SECRET, token.as_str(), "code-0", "access"] {
        assert!(!said.contains(hidden), "{hidden}: {said}");
    }
}
