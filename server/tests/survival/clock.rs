//! A clock that is set: back, while something runs; forward, while something waits.

use std::path::Path;
use std::sync::Arc;

use lastmile::config::{Config, Overrides};
use lastmile::serve::Works;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::ahead::Ahead;
use crate::harness::{Person, id, until};

const MINUTE: i64 = 60_000;
const CONFIG: &str = r#"
[people.ann]
name = "Ann"
teams = ["ops"]
[people.bob]
name = "Bob"
teams = ["net"]
[people.dan]
name = "Dan"
teams = ["noc"]
[teams.net]
second = "noc"
[targets.local]
environment = "qa"
[targets.guarded]
environment = "prod"
approve = ["net"]
"#;

/// A server inside the test, so that its clock can be set.
struct Server {
    runtime: Runtime,
    url: String,
    stop: oneshot::Sender<()>,
    served: tokio::task::JoinHandle<()>,
}

impl Server {
    fn start(folder: &Path, clock: Arc<Ahead>) -> Self {
        let runtime = Runtime::new().unwrap();
        let (stop, stopped) = oneshot::channel();
        let overrides = Overrides {
            data: Some(folder.join("data")),
            runbooks: Some(folder.join("runbooks")),
            ..Overrides::default()
        };
        let config = Arc::new(Config::load(Some(&folder.join("config.toml")), overrides).unwrap());
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let works = Works::begin(config, clock, env!("CARGO_BIN_EXE_lastmile"), &url);
        let works = runtime.block_on(works).unwrap();
        let served = runtime.spawn(works.serve(listener, async move { drop(stopped.await) }));
        Self { runtime, url, stop, served }
    }

    fn person(&self, id: &str) -> Person {
        let person = Person { url: format!("{}/api/v1", self.url), cookie: None, bearer: None };
        let sign_in = json!({"mode": "demo", "person": id}).to_string();
        let answer = person.send("POST", "/session", Some(&sign_in), &[]);
        let cookie = answer.headers().get("set-cookie").unwrap().to_str().unwrap();
        Person { cookie: Some(cookie.split(';').next().unwrap().to_owned()), ..person }
    }

    fn stop(self) {
        self.stop.send(()).unwrap();
        self.runtime.block_on(self.served).unwrap();
    }
}

fn folder(runbooks: &[(&str, &str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("config.toml"), CONFIG).unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::create_dir(folder.path().join("runbooks")).unwrap();
    for (slug, header, script) in runbooks {
        let text = format!("# {slug}\n\n```sh\n#| action: Act\n{header}{script}\n```\n");
        std::fs::write(folder.path().join(format!("runbooks/{slug}.md")), text).unwrap();
    }
    folder
}

fn newest(ann: &Person) -> Value {
    ann.get("/runs").1["runs"][0]["id"].clone()
}

#[test]
fn set_back_while_a_run_is_under_way_it_still_ends_after_it_began_and_the_newest_run_stands_first() {
    let gates = TempDir::new().unwrap();
    let gate = gates.path().join("go");
    let script = format!("while [ ! -e {} ]; do sleep 0.02; done; echo done", gate.display());
    let folder = folder(&[("slow", "", &script), ("quick", "", "true")]);
    let clock = Arc::new(Ahead::default());
    let server = Server::start(folder.path(), Arc::clone(&clock));
    let ann = server.person("ann");
    let slow = ann.press("slow", "key-00000001");
    ann.until_state(&slow, "running");
    clock.set(-90 * MINUTE);
    std::fs::write(gate, "").unwrap();
    let ended = ann.until_state(&slow, "succeeded");
    let times = ["requested", "queued", "starting", "running", "ended"].map(|state| {
        ended["summary"]["times"][state].as_i64().unwrap_or_else(|| panic!("{state} has no time: {ended}"))
    });
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(ann.log(&slow), "done\n");
    let quick = ann.until_state(&ann.press("quick", "key-00000002"), "succeeded");
    assert_eq!(newest(&ann), id(&quick));
    server.stop();
    // Another server, by a clock that is still behind.
    let server = Server::start(folder.path(), clock);
    let ann = server.person("ann");
    assert_eq!(ann.get(&format!("/runs/{}", id(&slow))).1["summary"], ended["summary"]);
    let last = ann.press("quick", "key-00000003");
    assert_eq!(newest(&ann), id(&last));
    ann.until_state(&last, "succeeded");
    server.stop();
}

#[test]
fn set_forward_nothing_starts_that_waited_and_nobody_stays_signed_in_but_what_runs_goes_on() {
    let gates = TempDir::new().unwrap();
    let (gate, side) = (gates.path().join("go"), gates.path().join("side"));
    let script = format!("while [ ! -e {} ]; do sleep 0.02; done; echo done", gate.display());
    let guarded = format!("echo ran > {}", side.display());
    let folder = folder(&[("slow", "", &script), ("guarded", "#| target: guarded\n", &guarded)]);
    let clock = Arc::new(Ahead::default());
    let server = Server::start(folder.path(), Arc::clone(&clock));
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    let slow = ann.press("slow", "key-00000001");
    let asked = ann.press("guarded", "key-00000002");
    ann.until_state(&slow, "running");
    clock.set(48 * 60 * MINUTE);
    assert_eq!(bob.answer(&asked, "yes").0, 401);
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    ann.until_state(&asked, "expired");
    assert_eq!(bob.answer(&asked, "yes").0, 409);
    // Its time is up by no clock that somebody sets.
    assert_eq!(ann.get(&format!("/runs/{}", id(&slow))).1["summary"]["state"], "running");
    std::fs::write(gate, "").unwrap();
    ann.until_state(&slow, "succeeded");
    server.stop();
    let server = Server::start(folder.path(), Arc::default());
    let ann = server.person("ann");
    ann.until_state(&slow, "succeeded");
    ann.until_state(&asked, "expired");
    assert!(!side.exists());
    until(|| (ann.log(&slow) == "done\n").then_some(()));
    server.stop();
}

#[test]
fn what_nobody_answers_is_handed_on_sooner_in_an_incident_and_no_time_that_passes_is_a_yes() {
    let gates = TempDir::new().unwrap();
    let side = gates.path().join("side");
    let script = format!("echo ran >> {}", side.display());
    let folder = folder(&[("guarded", "#| target: guarded\n", &script)]);
    let clock = Arc::new(Ahead::default());
    let server = Server::start(folder.path(), Arc::clone(&clock));
    let (ann, dan) = (server.person("ann"), server.person("dan"));
    let calm = ann.press("guarded", "key-00000001");
    let mut urgent = ann.request("guarded", "key-00000002");
    urgent["incident"] = json!("INC-1");
    urgent["separate"] = json!(true);
    let (status, urgent) = ann.post("/runs", &urgent);
    assert_eq!(status, 201, "{urgent}");
    let handed_on = |run: &Value| {
        let (_, now) = ann.get(&format!("/runs/{}", id(run)));
        (now["summary"]["handed_on"] == json!(["noc"])).then_some(now)
    };
    clock.set(6 * MINUTE);
    until(|| handed_on(&urgent));
    assert!(handed_on(&calm).is_none());
    clock.set(31 * MINUTE);
    let now = until(|| handed_on(&calm));
    assert_eq!(now["summary"]["state"], "awaiting_approval");
    assert_eq!(dan.answer(&calm, "yes").0, 403);
    assert_eq!(dan.get("/approvals").1["to_answer"], json!([]));
    clock.set(61 * MINUTE);
    ann.until_state(&calm, "expired");
    ann.until_state(&urgent, "expired");
    assert!(!side.exists());
    server.stop();
}
