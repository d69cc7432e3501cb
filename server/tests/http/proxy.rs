//! Signing in by a reverse proxy's header: whom it is believed from, and for how long.

use serde_json::{Value, json};

use crate::harness::{Person, Server, code};

/// The tests' own connections are the proxy's.
const PROXY: &str = "[auth]\nmodes = ['proxy']\n[auth.proxy]\nfrom = ['127.0.0.0/8']\nuser = 'X-Forwarded-User'\n\
     name = 'X-Forwarded-Name'\ngroups = 'X-Forwarded-Groups'\nsign_out = '/oauth2/sign_out'\n\
     teams = { netops = ['net'], both = ['net', 'ops'] }\n";

type Headers<'a> = &'a [(&'a str, &'a str)];

/// The answer, and the cookie if there is one.
fn sign_in(person: &Person, headers: Headers<'_>) -> (u16, Value, Option<String>) {
    let mut response = person.send("POST", "/session", Some(r#"{"mode":"proxy"}"#), headers);
    let cookie = response.headers().get("set-cookie").map(|it| it.to_str().unwrap().to_owned());
    let answer = response.body_mut().read_json().unwrap();
    (response.status().as_u16(), answer, cookie)
}

fn signed_in(server: &Server, headers: Headers<'_>) -> Person {
    let (status, session, cookie) = sign_in(&server.nobody(), headers);
    assert_eq!(status, 200, "{session}");
    server.with_cookie(&cookie.unwrap())
}

fn status(person: &Person, headers: Headers<'_>) -> u16 {
    person.send("GET", "/runs", None, headers).status().as_u16()
}

fn session(person: &Person, headers: Headers<'_>) -> Value {
    person.send("GET", "/session", None, headers).body_mut().read_json().unwrap()
}

#[test]
fn whom_the_proxy_names_is_signed_in_with_name_and_the_teams_of_their_groups() {
    let server = Server::start_with(PROXY);
    let headers: Headers<'_> = &[
        ("x-forwarded-user", "Zoe"),
        ("x-forwarded-name", "Zoë Young"),
        ("x-forwarded-groups", "staff, netops,both"),
    ];
    let zoe = signed_in(&server, headers);
    let told = session(&zoe, headers);
    assert_eq!(told["person"], json!({"id": "zoe", "name": "Zoë Young", "teams": ["net", "ops"]}));
    assert_eq!((told["how"].as_str(), status(&zoe, headers)), (Some("proxy"), 200));
    let begun = server.audit().into_iter().find(|entry| entry["did"] == "session.begun").unwrap();
    assert_eq!((&begun["by"], &begun["detail"]["how"]), (&json!("zoe"), &json!("proxy")));
}

#[test]
fn a_header_from_anywhere_but_the_proxy_is_not_believed() {
    let server = Server::start_with(&PROXY.replace("127.0.0.0/8", "10.0.0.5"));
    let (status, error, cookie) = sign_in(&server.nobody(), &[("x-forwarded-user", "ann")]);
    assert_eq!((status, code(&error), cookie), (403, "not_forwarded", None));
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("from 127.0.0.1") && message.contains("[auth.proxy] from"), "{message}");
    let forged: Headers<'_> = &[("x-forwarded-user", "ann"), ("x-forwarded-for", "10.0.0.5")];
    assert_eq!(sign_in(&server.nobody(), forged).0, 403, "the connection counts, not what it says of itself");
    let refused = server.audit().into_iter().find(|entry| entry["did"] == "refused").unwrap();
    assert_eq!(refused["detail"]["how"], "proxy");
    assert!(refused["detail"]["why"].as_str().unwrap().contains("127.0.0.1"), "{refused}");
}

#[test]
fn a_request_that_names_nobody_or_two_is_refused_and_says_what_is_wrong() {
    let server = Server::start_with(PROXY);
    for (headers, says) in [
        (&[][..], "no header `x-forwarded-user`"),
        (&[("x-forwarded-user", " ")], "no header `x-forwarded-user`"),
        (&[("x-forwarded-user", "ann"), ("x-forwarded-user", "bob")], "more than once"),
        (&[("x-forwarded-user", "ann"), ("x-forwarded-user", "ann")], "more than once"),
        (
            &[("x-forwarded-user", "ann"), ("x-forwarded-groups", "both"), ("x-forwarded-groups", "netops")],
            "more than once",
        ),
        (&[("x-forwarded-user", "ann, bob")], "no name that Lastmile can use"),
        (&[("x-forwarded-user", "eve")], "not let in here"),
        (&[("x-forwarded-user", "eve"), ("x-forwarded-groups", "staff")], "not let in here"),
    ] {
        let (status, error, cookie) = sign_in(&server.nobody(), headers);
        assert_eq!((status, cookie), (403, None), "{headers:?}");
        assert!(error["message"].as_str().unwrap().contains(says), "{headers:?}: {error}");
    }
}

#[test]
fn a_session_holds_only_while_the_proxy_names_the_same_person() {
    let server = Server::start_with(PROXY);
    let ann = signed_in(&server, &[("x-forwarded-user", "ann")]);
    for (headers, expected) in [
        (&[("x-forwarded-user", "ann")][..], 200),
        (&[("x-forwarded-user", "ANN")], 200),
        (&[], 401),
        (&[("x-forwarded-user", "bob")], 401),
        (&[("x-forwarded-user", "ann"), ("x-forwarded-user", "ann")], 401),
    ] {
        assert_eq!(status(&ann, headers), expected, "{headers:?}");
    }
    let told = session(&ann, &[("x-forwarded-user", "bob")]);
    assert_eq!((&told["person"], &told["ended"]), (&Value::Null, &json!(true)));
}

#[test]
fn the_header_alone_is_no_session_and_signing_out_leads_to_the_proxy_s_own_sign_out() {
    let server = Server::start_with(PROXY);
    let headers: Headers<'_> = &[("x-forwarded-user", "ann")];
    assert_eq!(status(&server.nobody(), headers), 401);
    let ann = signed_in(&server, headers);
    let mut response = ann.send("DELETE", "/session", None, headers);
    let onward: Value = response.body_mut().read_json().unwrap();
    assert_eq!((response.status().as_u16(), &onward["continue_at"]), (200, &json!("/oauth2/sign_out")));
    assert_eq!(status(&ann, headers), 401, "the cookie is used up");
}

#[test]
fn whoever_has_lost_their_groups_has_lost_their_teams_and_their_sessions() {
    let server = Server::start_with(PROXY);
    let before: Headers<'_> = &[("x-forwarded-user", "zoe"), ("x-forwarded-groups", "netops")];
    let zoe = signed_in(&server, before);
    assert_eq!(session(&zoe, before)["person"]["teams"], json!(["net"]));
    let after: Headers<'_> = &[("x-forwarded-user", "zoe"), ("x-forwarded-groups", "staff")];
    assert_eq!(sign_in(&server.nobody(), after).0, 403);
    assert_eq!(status(&zoe, before), 401);
}

#[test]
fn teams_of_groups_are_those_of_the_config_as_it_is_now() {
    let mut server = Server::start_with(PROXY);
    let headers: Headers<'_> = &[("x-forwarded-user", "zoe"), ("x-forwarded-groups", "netops")];
    let mut zoe = signed_in(&server, headers);
    assert!(server.stop());
    let config = server.folder.path().join("config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("netops = ['net']", "netops = ['ops']")).unwrap();
    server.restart();
    zoe.url = server.nobody().url;
    assert_eq!(session(&zoe, headers)["person"]["teams"], json!(["ops"]));
}

#[test]
fn a_way_that_was_turned_off_has_no_sessions_any_more() {
    let mut server = Server::start_with(PROXY);
    let headers: Headers<'_> = &[("x-forwarded-user", "ann")];
    let mut ann = signed_in(&server, headers);
    assert!(server.stop());
    let config = server.folder.path().join("config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let (before, _) = text.split_once("[auth]").unwrap();
    std::fs::write(&config, format!("{before}[auth]\nmodes = ['password']\n")).unwrap();
    server.restart();
    ann.url = server.nobody().url;
    assert_eq!(status(&ann, headers), 401);
    assert_eq!(sign_in(&server.nobody(), headers).0, 403);
}

#[test]
fn everybody_comes_in_where_the_config_says_so_and_is_in_no_team() {
    let server = Server::start_with(&PROXY.replace("sign_out =", "admit = 'everybody'\nsign_out ="));
    let headers: Headers<'_> = &[("x-forwarded-user", "eve")];
    let eve = signed_in(&server, headers);
    assert_eq!(session(&eve, headers)["person"], json!({"id": "eve", "name": "eve", "teams": []}));
}
