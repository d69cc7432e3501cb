//! A browser, as far as signing in needs one: it keeps cookies and goes where it is sent.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::fake::{Fake, Sent, signed};
use crate::harness::{Person, Server};

#[derive(Clone)]
pub(super) struct Browser {
    url: String,
    pub(super) session: Option<String>,
    pub(super) attempt: Option<String>,
    /// Every cookie that was ever set, as it was set.
    pub(super) set: Vec<String>,
}

/// Where one is led.
#[derive(Debug)]
pub(super) struct Led {
    pub(super) status: u16,
    pub(super) to: String,
    pub(super) set: Vec<String>,
}

pub(super) fn session_of(set: &[String]) -> Option<&String> {
    set.iter().find(|set| set.starts_with("lastmile_session="))
}

pub(super) fn pairs(query: &str) -> HashMap<String, String> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

impl Browser {
    pub(super) fn new(server: &Server) -> Self {
        Self { url: server.nobody().url, session: None, attempt: None, set: Vec::new() }
    }

    /// Whoever has this browser's session.
    pub(super) fn person(&self) -> Person {
        Person { url: self.url.clone(), cookie: self.session.clone(), bearer: None }
    }

    fn with_all_cookies(&self) -> Person {
        let all: Vec<_> = self.session.iter().chain(&self.attempt).cloned().collect();
        Person { url: self.url.clone(), cookie: (!all.is_empty()).then(|| all.join("; ")), bearer: None }
    }

    fn keep(&mut self, response: &ureq::http::Response<ureq::Body>) -> Vec<String> {
        let set = response.headers().get_all("set-cookie").iter();
        let set: Vec<String> = set.map(|set| set.to_str().unwrap().to_owned()).collect();
        for one in &set {
            let pair = one.split(';').next().unwrap();
            let pair = (!pair.ends_with('=')).then(|| pair.to_owned());
            match one.starts_with("lastmile_session=") {
                true => self.session = pair,
                false => self.attempt = pair,
            }
        }
        self.set.extend(set.clone());
        set
    }

    /// Presses the button: what the provider is asked with.
    pub(super) fn leave(&mut self, return_to: &str) -> Sent {
        let body = json!({ "return_to": return_to }).to_string();
        let mut response = self.with_all_cookies().send("POST", "/session/oidc", Some(&body), &[]);
        self.keep(&response);
        let answer: Value = response.body_mut().read_json().unwrap();
        assert!(answer["continue_at"].is_string(), "{answer}");
        pairs(answer["continue_at"].as_str().unwrap().split_once('?').unwrap().1)
    }

    /// Comes back with these parameters.
    pub(super) fn get(&mut self, query: &str) -> Led {
        let response = self.with_all_cookies().send("GET", &format!("/session/oidc?{query}"), None, &[]);
        let set = self.keep(&response);
        let to = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        Led { status: response.status().as_u16(), to: to.unwrap_or_default(), set }
    }

    /// Comes back as the provider sends it.
    pub(super) fn come_back(&mut self, sent: &Sent, code: &str) -> Led {
        self.get(&format!("code={code}&state={}", sent["state"]))
    }

    /// All of it, at a provider that is honest.
    pub(super) fn sign_in(&mut self, fake: &Fake) {
        let sent = self.leave("/");
        let led = self.come_back(&sent, &fake.code(&sent, signed(1, &fake.claims(&sent))));
        assert_eq!(led.to, "/");
    }
}
