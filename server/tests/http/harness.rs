//! A server of the test's own, and people who use it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lastmile_runbook::digest::sha256_hex;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Nothing here takes longer, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server with its own data and runbooks.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    pub(crate) folder: TempDir,
    /// What the server is started by.
    pub(crate) wrapper: Vec<String>,
}

/// Config of the tests: three people, a plain target, a guarded one, one for others only.
const CONFIG: &str = r#"
[people.ann]
name = "Ann"
teams = ["ops"]
[people.bob]
name = "Bob"
teams = ["net"]
[people.cid]
name = "Cid"
teams = ["net"]
[teams.net]
owns = ["net/"]
[targets.local]
environment = "qa"
env = { COLOUR = "blue" }
grace = "1s"
[targets.guarded]
environment = "prod"
approve = ["net"]
[targets.theirs]
environment = "prod"
may_run = ["net"]
"#;

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with("")
    }

    /// `more` is added to the config.
    pub(crate) fn start_with(more: &str) -> Self {
        Self::start_in(TempDir::new().unwrap(), more, &[])
    }

    /// In a folder that something was done to before, by a wrapper that becomes the server.
    pub(crate) fn start_in(folder: TempDir, more: &str, wrapper: &[String]) -> Self {
        std::fs::create_dir(folder.path().join("runbooks")).unwrap();
        // Top-level keys can't follow tables.
        let (keys, tables) = more.split_at(more.find('[').unwrap_or(more.len()));
        std::fs::write(folder.path().join("config.toml"), format!("{keys}\n{CONFIG}\n{tables}")).unwrap();
        let (child, url) = spawn(folder.path(), wrapper);
        Self { child, url, folder, wrapper: wrapper.to_vec() }
    }

    pub(crate) fn runbooks(&self) -> PathBuf {
        self.folder.path().join("runbooks")
    }

    /// Writes a runbook and waits until the catalog has it.
    pub(crate) fn install(&self, slug: &str, text: &str) {
        let path = self.runbooks().join(format!("{slug}.md"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        let ann = self.person("ann");
        let revision = sha256_hex(text.as_bytes());
        until(|| {
            let (_, page) = ann.get(&format!("/runbooks/{slug}"));
            (page["revision"] == json!(revision)).then_some(())
        });
    }

    /// A runbook with one action `act` of these header lines and this script.
    pub(crate) fn install_action(&self, slug: &str, header: &str, script: &str) {
        let header: String = header.lines().map(|line| format!("#| {line}\n")).collect();
        self.install(slug, &format!("# {slug}\n\n```sh\n#| action: Act\n{header}{script}\n```\n"));
    }

    pub(crate) fn person(&self, id: &str) -> Person {
        let person = Person { url: format!("{}/api/v1", self.url), cookie: None, bearer: None };
        let response =
            person.send("POST", "/session", Some(&json!({"mode": "demo", "person": id}).to_string()), &[]);
        let cookie = response.headers().get("set-cookie").unwrap().to_str().unwrap();
        Person { cookie: Some(cookie.split(';').next().unwrap().to_owned()), ..person }
    }

    /// What the audit record says, oldest first.
    pub(crate) fn audit(&self) -> Vec<Value> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lastmile"));
        command.args(["audit", "export", "--data"]).arg(self.folder.path().join("data"));
        let lines = command.output().unwrap().stdout;
        String::from_utf8(lines).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Whoever has the cookie that an answer gave.
    pub(crate) fn with_cookie(&self, cookie: &str) -> Person {
        Person { cookie: Some(cookie.split(';').next().unwrap().to_owned()), ..self.nobody() }
    }

    pub(crate) fn nobody(&self) -> Person {
        Person { url: format!("{}/api/v1", self.url), cookie: None, bearer: None }
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// TERM, as an init system would; gives whether it ended by itself with success.
    pub(crate) fn stop(&mut self) -> bool {
        self.signal(rustix::process::Signal::TERM);
        until(|| self.child.try_wait().unwrap()).success()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(pid, signal);
    }

    pub(crate) fn restart(&mut self) {
        let (child, url) = spawn(self.folder.path(), &self.wrapper);
        self.child = child;
        self.url = url;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &Path, wrapper: &[String]) -> (Child, String) {
    let binary = env!("CARGO_BIN_EXE_lastmile");
    let mut command = Command::new(wrapper.first().map_or(binary, String::as_str));
    if !wrapper.is_empty() {
        command.args(&wrapper[1..]).arg(binary);
    }
    let mut child = command
        .arg("serve")
        .args(["--listen", "127.0.0.1:0"])
        .arg("--data")
        .arg(folder.join("data"))
        .arg("--runbooks")
        .arg(folder.join("runbooks"))
        .arg("--config")
        .arg(folder.join("config.toml"))
        .env("LASTMILE_LOG", "warn")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim().strip_prefix("Lastmile is ready at ").expect("the server says where it is");
    (child, url.to_owned())
}

/// Looks until there is something to see; the pauses are no waiting for an effect, only politeness.
pub(crate) fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(started.elapsed() < PATIENCE, "what the test waits for did not come");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// Somebody with or without a session.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) url: String,
    pub(crate) cookie: Option<String>,
    /// An API token, for a program that acts in somebody's name.
    pub(crate) bearer: Option<String>,
}

impl Person {
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&str>,
        headers: &[(&str, &str)],
    ) -> ureq::http::Response<ureq::Body> {
        self.try_send(method, path, body, headers).unwrap()
    }

    /// As [`Self::send`], of a server that may die meanwhile.
    pub(crate) fn try_send(
        &self,
        method: &str,
        path: &str,
        body: Option<&str>,
        headers: &[(&str, &str)],
    ) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // Where an answer leads is part of what it says.
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .build()
            .new_agent();
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(token) = &self.bearer {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if body.is_some() && headers.iter().all(|(name, _)| *name != "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match body {
            Some(body) => agent.run(request.body(body.to_owned()).unwrap()),
            None => agent.run(request.body(()).unwrap()),
        }
    }

    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        read(self.send("GET", path, None, &[]))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        read(self.send("POST", path, Some(&body.to_string()), &[]))
    }

    /// The request that a press of `act` would send, as the page shows it now.
    pub(crate) fn request(&self, slug: &str, key: &str) -> Value {
        let (_, page) = self.get(&format!("/runbooks/{slug}"));
        let digest = page["current_actions"][0][1].clone();
        json!({
            "runbook": slug, "revision": page["revision"], "action": page["current_actions"][0][0],
            "action_digest": digest, "idempotency_key": key
        })
    }

    /// Presses the only action of a runbook: the run.
    pub(crate) fn press(&self, slug: &str, key: &str) -> Value {
        let (status, run) = self.post("/runs", &self.request(slug, key));
        assert_eq!(status, 201, "{run}");
        run
    }

    /// Waits for a state: the run as it then is.
    pub(crate) fn until_state(&self, run: &Value, state: &str) -> Value {
        until(|| {
            let (_, run) = self.get(&format!("/runs/{}", id(run)));
            (run["summary"]["state"] == state).then_some(run)
        })
    }

    pub(crate) fn log(&self, run: &Value) -> String {
        let mut response = self.send("GET", &format!("/runs/{}/log.txt", id(run)), None, &[]);
        response.body_mut().read_to_string().unwrap()
    }

    pub(crate) fn answer(&self, run: &Value, answer: &str) -> (u16, Value) {
        self.answer_as(run, answer, "checked")
    }

    /// Answers, and says what that rests on.
    pub(crate) fn answer_as(&self, run: &Value, answer: &str, judgement: &str) -> (u16, Value) {
        let body = json!({
            "digest": run["digest"], "answer": answer, "judgement": judgement, "comment": "For one hour",
        });
        self.post(&format!("/runs/{}/approvals", id(run)), &body)
    }
}

pub(crate) fn id(run: &Value) -> &str {
    run["summary"]["id"].as_str().unwrap()
}

pub(crate) fn code(error: &Value) -> &str {
    error["code"].as_str().unwrap_or("none")
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string().unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
