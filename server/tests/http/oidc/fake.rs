//! A provider in this process, that does what it is told: also what none may do.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub(super) const CLIENT: &str = "lastmile";
pub(super) const SECRET: &str = "rosebud-of-the-provider";

/// A key that signs, by the number that it is made of.
pub(super) fn key(number: u8) -> CoreEdDsaPrivateSigningKey {
    // A PKCS #8 frame around an Ed25519 seed.
    let frame = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let bytes = STANDARD.encode([&frame[..], &[number; 32]].concat());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{bytes}\n-----END PRIVATE KEY-----\n");
    let name = JsonWebKeyId::new(format!("key-{number}"));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(name)).unwrap()
}

/// A token of these parts, signed by `sign`.
pub(super) fn token(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(sign(signed.as_bytes())))
}

/// A token as a provider with that key would sign it.
pub(super) fn signed(number: u8, claims: &Value) -> String {
    let header = json!({"alg": "EdDSA", "kid": format!("key-{number}")});
    token(&header, claims, |bytes| key(number).sign(&CoreJwsSigningAlgorithm::EdDsa, bytes).unwrap())
}

/// What somebody was sent to the provider with.
pub(super) type Sent = HashMap<String, String>;

#[derive(Default)]
struct State {
    /// By code: the PKCE challenge, and the ID token.
    codes: HashMap<String, (String, String)>,
    /// Numbers of the keys that are published.
    keys: Vec<u8>,
    userinfo: Option<Value>,
    /// How often the keys were asked for.
    asked: usize,
    down: bool,
    leave: bool,
}

#[derive(Clone)]
pub(super) struct Fake {
    pub(super) url: String,
    state: Arc<Mutex<State>>,
}

impl Fake {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { keys: vec![1], leave: true, ..State::default() }));
        let fake = Self { url, state };
        let own = fake.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                own.answer(&stream.unwrap());
            }
        });
        fake
    }

    pub(super) fn is_down(&self, down: bool) {
        self.state.lock().unwrap().down = down;
    }

    pub(super) fn has_no_sign_out(&self) {
        self.state.lock().unwrap().leave = false;
    }

    pub(super) fn publishes(&self, keys: &[u8]) {
        self.state.lock().unwrap().keys = keys.to_vec();
    }

    pub(super) fn tells_more(&self, userinfo: Value) {
        self.state.lock().unwrap().userinfo = Some(userinfo);
    }

    pub(super) fn keys_asked(&self) -> usize {
        self.state.lock().unwrap().asked
    }

    /// What an honest token says for somebody who was sent with that.
    pub(super) fn claims(&self, sent: &Sent) -> Value {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        json!({
            "iss": self.url, "aud": CLIENT, "sub": "account-1", "iat": now, "exp": now + 300,
            "nonce": sent["nonce"], "preferred_username": "zoe", "name": "Zoe Young",
            "groups": ["staff", "netops"],
        })
    }

    /// A code that stands for that ID token.
    pub(super) fn code(&self, sent: &Sent, id_token: String) -> String {
        let mut state = self.state.lock().unwrap();
        let code = format!("code-{}", state.codes.len());
        state.codes.insert(code.clone(), (sent["code_challenge"].clone(), id_token));
        code
    }

    fn answer(&self, stream: &TcpStream) {
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let Some((line, headers, body)) = read(stream) else { return };
        let path = line.split(' ').nth(1).unwrap_or_default();
        let (status, answer) = self.respond(path, &headers, &body);
        let text = answer.to_string();
        let head = format!("HTTP/1.1 {status} x\r\ncontent-type: application/json\r\nconnection: close\r\n");
        let _ = write!(&*stream, "{head}content-length: {}\r\n\r\n{text}", text.len());
    }

    fn respond(&self, path: &str, headers: &str, body: &str) -> (u16, Value) {
        let mut state = self.state.lock().unwrap();
        if state.down {
            return (503, json!({"sorry": true}));
        }
        match path {
            "/.well-known/openid-configuration" => (200, self.metadata(&state)),
            "/keys" => {
                state.asked += 1;
                let keys = state.keys.iter().map(|number| key(*number).as_verification_key());
                (200, json!({"keys": keys.collect::<Vec<_>>()}))
            }
            "/token" => redeem(&mut state, headers, body),
            "/userinfo" => match &state.userinfo {
                Some(claims) if headers.contains("authorization: bearer access") => (200, claims.clone()),
                _ => (401, json!({})),
            },
            _ => (404, json!({})),
        }
    }

    fn metadata(&self, state: &State) -> Value {
        let at = |path: &str| format!("{}/{path}", self.url);
        let mut metadata = json!({
            "issuer": self.url, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
            "jwks_uri": at("keys"), "userinfo_endpoint": at("userinfo"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["EdDSA"],
        });
        if state.leave {
            metadata["end_session_endpoint"] = at("leave").into();
        }
        metadata
    }
}

/// As a provider must: a code works once, for whoever has its verifier and our secret.
fn redeem(state: &mut State, headers: &str, body: &str) -> (u16, Value) {
    let given: HashMap<_, _> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let basic = STANDARD.encode(format!("{CLIENT}:{SECRET}")).to_lowercase();
    if !headers.contains(&format!("authorization: basic {basic}")) {
        return (401, json!({"error": "invalid_client"}));
    }
    let known = given.get("code").and_then(|code| state.codes.remove(code));
    let verifier = given.get("code_verifier").cloned().unwrap_or_default();
    match known {
        Some((challenge, token)) if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge => {
            (200, json!({"access_token": "access", "token_type": "Bearer", "id_token": token}))
        }
        _ => (400, json!({"error": "invalid_grant", "error_description": "never heard of it"})),
    }
}

/// Request line, headers in lower case, and body.
fn read(stream: &TcpStream) -> Option<(String, String, String)> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut headers) = (String::new(), String::new());
    reader.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim_end().is_empty() {
            break;
        }
        headers += &line.to_lowercase();
    }
    let length = headers.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.and_then(|length| length.parse().ok()).unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some((first, headers, String::from_utf8(body).ok()?))
}
