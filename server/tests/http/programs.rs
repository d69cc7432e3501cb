//! Programs that act in somebody's name.

use serde_json::{Value, json};

use super::harness::Person;

impl Person {
    /// A program with that token, and without a session.
    pub(crate) fn program(&self, token: &str) -> Self {
        Self { url: self.url.clone(), cookie: None, bearer: Some(token.to_owned()) }
    }

    /// A new token of this person: its id and its text.
    pub(crate) fn new_token(&self, scope: &str) -> (String, String) {
        let (status, made) = self.post("/tokens", &json!({ "name": format!("{scope} it"), "scope": scope }));
        assert_eq!(status, 201, "{made}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&made["token"]["id"]), text(&made["secret"]))
    }
}
