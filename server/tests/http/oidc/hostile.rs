//! Whatever does not prove who somebody is: a page that says so, an entry in the audit record, and no session.

use openidconnect::PrivateSigningKey as _;
use openidconnect::core::CoreJwsSigningAlgorithm;
use serde_json::{Value, json};

use super::browser::{Browser, Led, session_of};
use super::fake::{CLIENT, Fake, SECRET, key, signed, token};
use super::server;
use crate::harness::{Server, code};

/// Nobody is signed in, the page says so, and the record says why.
fn assert_refused(server: &Server, led: &Led, problem: &str, why: &str) {
    assert_eq!((led.status, session_of(&led.set)), (303, None), "{led:?}");
    assert!(led.to.starts_with(&format!("/sign-in?problem={problem}")), "{why}: {led:?}");
    let entry = server.audit().pop().unwrap();
    assert_eq!((&entry["did"], &entry["detail"]["how"]), (&json!("refused"), &json!("oidc")), "{entry}");
    let noted = entry["detail"]["why"].as_str().unwrap();
    assert!(noted.starts_with(problem) && noted.contains(why), "{noted}");
}

/// Signs in with the honest claims changed.
fn with(fake: &Fake, server: &Server, change: impl Fn(&mut Value)) -> Led {
    let mut browser = Browser::new(server);
    let sent = browser.leave("/");
    let mut claims = fake.claims(&sent);
    change(&mut claims);
    browser.come_back(&sent, &fake.code(&sent, signed(1, &claims)))
}

#[test]
fn an_id_token_that_is_not_for_this_attempt_at_this_server_now_is_refused() {
    let fake = Fake::start();
    let server = server(&fake, "");
    for (claim, value, why) in [
        ("nonce", json!("another"), "nonce"),
        ("nonce", Value::Null, "nonce"),
        ("aud", json!("another"), "audience"),
        ("aud", json!([CLIENT, "another"]), "audience"),
        ("aud", json!([]), "audience"),
        ("iss", json!("http://127.0.0.1:1"), "issuer"),
        ("exp", json!(1_700_000_000), "Expired"),
    ] {
        let led = with(&fake, &server, |claims| claims[claim] = value.clone());
        assert_refused(&server, &led, "untrusted", why);
    }
}

#[test]
fn an_id_token_that_the_provider_has_not_signed_is_refused() {
    let fake = Fake::start();
    let server = server(&fake, "");
    let by = |alg: &str, kid: &str| json!({"alg": alg, "kid": kid});
    let first = |bytes: &[u8]| key(1).sign(&CoreJwsSigningAlgorithm::EdDsa, bytes).unwrap();
    let other = |bytes: &[u8]| key(9).sign(&CoreJwsSigningAlgorithm::EdDsa, bytes).unwrap();
    let nothing = |_: &[u8]| Vec::new();
    let public = serde_json::to_vec(&key(1).as_verification_key()).unwrap();
    type Sign<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;
    let forged: [(&str, Value, Sign<'_>); 7] = [
        ("none", by("none", "key-1"), &nothing),
        ("None", by("None", "key-1"), &nothing),
        ("no signature", by("EdDSA", "key-1"), &nothing),
        ("another's key under this one's name", by("EdDSA", "key-1"), &other),
        ("a key that is not published", by("EdDSA", "key-9"), &other),
        ("our own secret as the key", by("HS256", "key-1"), &|bytes| hmac(SECRET.as_bytes(), bytes)),
        ("the public key as the key", by("HS256", "key-1"), &|bytes| hmac(&public, bytes)),
    ];
    for (what, header, sign) in forged {
        let mut browser = Browser::new(&server);
        let sent = browser.leave("/");
        let led = browser.come_back(&sent, &fake.code(&sent, token(&header, &fake.claims(&sent), sign)));
        assert!(led.to.starts_with("/sign-in?problem="), "{what}: {led:?}");
        assert_eq!((session_of(&led.set), browser.session), (None, None), "{what}");
    }
    // Signed, and changed afterwards.
    let mut browser = Browser::new(&server);
    let sent = browser.leave("/");
    let honest = token(&by("EdDSA", "key-1"), &fake.claims(&sent), first);
    let mut claims = fake.claims(&sent);
    claims["preferred_username"] = json!("ann");
    let changed = token(&by("EdDSA", "key-1"), &claims, first);
    let parts: Vec<_> = changed.split('.').take(2).chain(honest.split('.').skip(2)).collect();
    let led = browser.come_back(&sent, &fake.code(&sent, parts.join(".")));
    assert_refused(&server, &led, "untrusted", "Signature");
}

fn hmac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    use hmac::{KeyInit as _, Mac as _};
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(secret).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

#[test]
fn an_answer_counts_once_and_only_in_the_browser_that_asked() {
    let fake = Fake::start();
    let server = server(&fake, "");
    let mut browser = Browser::new(&server);
    let sent = browser.leave("/runs");
    let honest = || fake.code(&sent, signed(1, &fake.claims(&sent)));

    let mut other = Browser::new(&server);
    other.leave("/");
    assert_refused(&server, &other.come_back(&sent, &honest()), "lost", "another browser");
    // Whoever else has tried, it is used.
    assert_refused(&server, &browser.come_back(&sent, &honest()), "lost", "used");

    let sent = browser.leave("/runs");
    let code = fake.code(&sent, signed(1, &fake.claims(&sent)));
    assert_eq!(browser.come_back(&sent, &code).to, "/runs");
    assert_refused(&server, &browser.come_back(&sent, &code), "lost", "used");
    let again = browser.leave("/runs");
    let led = browser.come_back(&again, &code);
    assert_refused(&server, &led, "provider_refused", "invalid_grant");
    assert!(led.to.ends_with("&return_to=%2Fruns"), "{led:?}");
}

#[test]
fn whoever_comes_back_without_having_left_is_refused() {
    let fake = Fake::start();
    let server = server(&fake, "");
    for query in [
        "",
        "code=x",
        "state=x",
        "code=x&state=y",
        "code=x&state=y&state=z",
        "error=access_denied",
        "%ff=%ff",
    ] {
        let led = Browser::new(&server).get(query);
        assert_refused(&server, &led, "lost", "state");
    }
    // The state alone, without the browser's cookie.
    let sent = Browser::new(&server).leave("/");
    let led = Browser::new(&server).come_back(&sent, "code-x");
    assert_refused(&server, &led, "lost", "browser");
}

#[test]
fn another_s_code_does_not_fit_this_attempt() {
    let fake = Fake::start();
    let server = server(&fake, "");
    let mut mallory = Browser::new(&server);
    let hers = mallory.leave("/");
    let code = fake.code(&hers, signed(1, &fake.claims(&hers)));
    let mut browser = Browser::new(&server);
    let sent = browser.leave("/");
    assert_refused(&server, &browser.come_back(&sent, &code), "provider_refused", "invalid_grant");
}

#[test]
fn what_the_provider_refuses_is_said_as_what_it_is() {
    let fake = Fake::start();
    let server = server(&fake, "");
    for (query, problem, why) in [
        ("error=access_denied", "cancelled", "access_denied"),
        ("error=server_error&error_description=x", "provider_refused", "server_error"),
        ("error=%3Cb%3E%0Ax", "provider_refused", "<b> x"),
        ("", "provider_refused", "no code"),
        ("code=x&iss=https://evil.example", "untrusted", "another issuer"),
    ] {
        let mut browser = Browser::new(&server);
        let sent = browser.leave("/");
        let led = browser.get(&format!("{query}&state={}", sent["state"]));
        assert_refused(&server, &led, problem, why);
    }
}

#[test]
fn a_provider_that_is_down_is_said_and_the_server_starts_and_goes_on() {
    let fake = Fake::start();
    fake.is_down(true);
    let server = server(&fake, "");
    let (status, error) = server.nobody().post("/session/oidc", &json!({"return_to": "/"}));
    assert_eq!((status, code(&error)), (503, "provider_down"));
    fake.is_down(false);
    let mut browser = Browser::new(&server);
    let sent = browser.leave("/");
    let code = fake.code(&sent, signed(1, &fake.claims(&sent)));
    fake.is_down(true);
    assert_refused(&server, &browser.come_back(&sent, &code), "provider_down", "");
    fake.is_down(false);
    Browser::new(&server).sign_in(&fake);
}

#[test]
fn a_name_that_could_be_anybody_s_is_none() {
    let fake = Fake::start();
    let server = server(&fake, "person = 'email'\n");
    let email = |verified: Value| {
        with(&fake, &server, move |claims| {
            claims["email"] = json!("Zoe@example.org");
            claims["email_verified"] = verified.clone();
        })
    };
    assert_refused(&server, &email(Value::Null), "unnamed", "email_verified");
    assert_refused(&server, &email(json!(false)), "unnamed", "email_verified");
    assert_eq!(email(json!(true)).to, "/");
    assert_refused(&server, &with(&fake, &server, |_| ()), "provider_down", "");
    fake.tells_more(json!({"sub": "account-1"}));
    assert_refused(&server, &with(&fake, &server, |_| ()), "unnamed", "`email`");
}

#[test]
fn an_account_is_one_person_and_a_person_one_account() {
    let fake = Fake::start();
    let server = server(&fake, "");
    assert_eq!(with(&fake, &server, |_| ()).to, "/");
    // Another account takes zoe's name.
    let led = with(&fake, &server, |claims| claims["sub"] = json!("account-2"));
    assert_refused(&server, &led, "taken", "another account");
    // zoe's account takes another name, to agree to zoe's own requests.
    let led = with(&fake, &server, |claims| claims["preferred_username"] = json!("ann"));
    assert_refused(&server, &led, "taken", "another name");
    let led = with(&fake, &server, |claims| claims["preferred_username"] = json!("ZOE"));
    assert_eq!(led.to, "/", "the case is no other name");
}

#[test]
fn who_is_in_no_group_that_counts_is_not_let_in() {
    let fake = Fake::start();
    let server = server(&fake, "");
    let led = with(&fake, &server, |claims| claims["groups"] = json!(["staff"]));
    assert_refused(&server, &led, "not_admitted", "");
    assert_eq!(server.audit().pop().unwrap()["detail"]["person"], "zoe");
    let led = with(&fake, &server, |claims| {
        claims["groups"] = json!([]);
        claims["preferred_username"] = json!("bob");
    });
    assert_eq!(led.to, "/", "bob stands in the config");
}

#[test]
fn another_account_s_word_at_the_other_place_is_refused() {
    let fake = Fake::start();
    let server = server(&fake, "");
    fake.tells_more(json!({"sub": "account-2", "groups": ["netops"]}));
    let led = with(&fake, &server, |claims| drop(claims.as_object_mut().unwrap().remove("groups")));
    assert_refused(&server, &led, "untrusted", "ubject");
}
