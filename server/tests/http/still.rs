//! Long answers and people who may read no more: whoever is let in once is not let in for ever.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use lastmile::config::{Config, Overrides};
use lastmile::serve::Works;
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::ahead::Ahead;
use crate::harness::{Person, id};

const CONFIG: &str = r#"
[auth]
modes = ["demo", "password"]
[people.ann]
name = "Ann"
[targets.local]
environment = "qa"
"#;
const RUNBOOK: &str = "# Act\n\n```sh\n#| action: Act\nprintf hello\n```\n";
const PASSWORD: &str = "correct horse battery";
/// A log of one line that nobody has ever read or searched to its end.
const ENDLESS: u64 = 1 << 42;
/// What the test asks its server for in the place of five seconds, so that nobody has to wait.
const CHECK: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(60);

/// A server inside the test with a run whose log has no end, and Zoe, who is signed in.
struct World {
    folder: TempDir,
    clock: Arc<Ahead>,
    zoe: Person,
    log: String,
    /// The last to go: the server goes with it.
    _runtime: Runtime,
}

impl World {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        for place in ["data", "runbooks"] {
            std::fs::create_dir(folder.path().join(place)).unwrap();
        }
        std::fs::write(folder.path().join("config.toml"), CONFIG).unwrap();
        std::fs::write(folder.path().join("runbooks/act.md"), RUNBOOK).unwrap();
        let (runtime, clock) = (Runtime::new().unwrap(), Arc::new(Ahead::default()));
        let url = serve(&runtime, folder.path(), Arc::clone(&clock));
        user(folder.path(), "add");
        let zoe = sign_in(&url, &json!({ "mode": "password", "name": "zoe", "password": PASSWORD }));
        let run = zoe.until_state(&zoe.press("act", "key-00000001"), "succeeded");
        let log = folder.path().join("data/runs").join(id(&run)).join("log");
        std::fs::File::options().write(true).open(log).unwrap().set_len(ENDLESS).unwrap();
        let log = format!("/runs/{}/log", id(&run));
        Self { folder, clock, zoe, log, _runtime: runtime }
    }

    /// Asks for something without an end. Tells when its answer has begun, and how it began once it has ended all the same.
    fn read(&self, path: &str) -> (Receiver<()>, Receiver<String>) {
        let address = self.zoe.url.strip_prefix("http://").unwrap().split('/').next().unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let cookie = self.zoe.cookie.as_deref().unwrap();
        let head = format!("Host: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n");
        write!(stream, "GET /api/v1{path} HTTP/1.1\r\n{head}\r\n").unwrap();
        let ((begin, begun), (end, ended)) = (channel(), channel());
        std::thread::spawn(move || {
            let mut reader = BufReader::new(&stream);
            let mut status = String::new();
            reader.read_line(&mut status).unwrap();
            let _ = begin.send(());
            // Until the server hangs up, in whatever way.
            let _ = std::io::copy(&mut reader, &mut std::io::sink());
            let _ = end.send(status.trim().to_owned());
        });
        (begun, ended)
    }

    /// All that may go on for long is going on; then something happens to Zoe, and all of it ends.
    fn everything_ends_when(&self, happens: impl FnOnce(&Self)) {
        let stream = self.read("/events");
        let plain = self.read(&format!("{}.txt", self.log));
        let kept = format!("{}.txt?escapes=keep", self.log);
        let whole = self.read(&kept);
        let part = self.zoe.send("GET", &kept, None, &[("range", "bytes=100-")]);
        assert_eq!(part.status(), 206);
        let search = self.read(&format!("{}/search?q=nowhere", self.log));
        for begun in [&stream.0, &plain.0, &whole.0] {
            begun.recv_timeout(PATIENCE).unwrap();
        }
        happens(self);
        let happened = Instant::now();
        for (what, ended) in [("the stream", &stream.1), ("the text", &plain.1), ("the log", &whole.1)] {
            assert_eq!(ended.recv_timeout(PATIENCE).as_deref(), Ok("HTTP/1.1 200 OK"), "{what}");
        }
        let refused = search.1.recv_timeout(PATIENCE).expect("the search ends");
        assert_eq!(refused, "HTTP/1.1 401 Unauthorized");
        assert!(happened.elapsed() < Duration::from_secs(10), "{:?}", happened.elapsed());
        // It was not read until now: what the connection holds comes, and then an error, not an end.
        let read = std::io::copy(&mut part.into_body().into_reader(), &mut std::io::sink());
        assert!(read.is_err(), "{read:?}");
        assert_eq!(self.zoe.get("/runs").0, 401);
    }
}

pub(crate) fn serve(runtime: &Runtime, folder: &Path, clock: Arc<Ahead>) -> String {
    let overrides = Overrides {
        data: Some(folder.join("data")),
        runbooks: Some(folder.join("runbooks")),
        ..Overrides::default()
    };
    let config = Arc::new(Config::load(Some(&folder.join("config.toml")), overrides).unwrap());
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let works = Works::begin(config, clock, env!("CARGO_BIN_EXE_lastmile"), &url);
    let works = runtime.block_on(works).unwrap().checking_every(CHECK);
    runtime.spawn(works.serve(listener, std::future::pending()));
    url
}

fn sign_in(url: &str, body: &serde_json::Value) -> Person {
    let person = Person { url: format!("{url}/api/v1"), cookie: None, bearer: None };
    let answer = person.send("POST", "/session", Some(&body.to_string()), &[]);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    Person { cookie: Some(cookie.split(';').next().unwrap().to_owned()), ..person }
}

/// `lastmile user … zoe` beside the running server.
fn user(folder: &Path, what: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lastmile"));
    command.args(["user", what, "zoe", "--config"]).arg(folder.join("config.toml"));
    command.arg("--data").arg(folder.join("data"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    // One that asks for no password has closed its end.
    let _ = writeln!(child.stdin.take().unwrap(), "{PASSWORD}");
    assert!(child.wait().unwrap().success());
}

#[test]
fn who_is_still_signed_in_reads_on() {
    let world = World::start();
    let (begun, ended) = world.read(&format!("{}.txt", world.log));
    begun.recv_timeout(PATIENCE).unwrap();
    // Many checks later.
    assert!(ended.recv_timeout(20 * CHECK).is_err());
}

#[test]
fn when_a_session_expires_all_that_it_reads_ends() {
    World::start().everything_ends_when(|world| world.clock.set(365 * 24 * 3_600_000));
}

#[test]
fn when_somebody_is_removed_all_that_they_read_ends() {
    World::start().everything_ends_when(|world| user(world.folder.path(), "remove"));
}

#[test]
fn when_somebody_gets_a_new_password_all_that_their_old_sessions_read_ends() {
    World::start().everything_ends_when(|world| user(world.folder.path(), "passwd"));
}

#[test]
fn when_somebody_signs_out_all_that_they_read_ends() {
    World::start().everything_ends_when(|world| {
        assert_eq!(world.zoe.send("DELETE", "/session", None, &[]).status(), 204);
    });
}
