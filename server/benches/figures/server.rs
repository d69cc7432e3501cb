//! A server of the bench's own, its data on a real disk.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::Client;

const CONFIG: &str =
    "[people.ann]\nname = \"Ann\"\nteams = [\"ops\"]\n[targets.local]\nenvironment = \"qa\"\n";

/// A running server with one runbook `bench` of one action.
pub(crate) struct Server {
    child: Child,
    pub(crate) folder: TempDir,
    pub(crate) address: String,
    pub(crate) cookie: String,
}

impl Server {
    /// With that script behind the button.
    pub(crate) fn start(script: &str) -> Self {
        Self::start_under(&[], script)
    }

    /// As the last words of a command, such as `strace`.
    pub(crate) fn start_under(wrapper: &[String], script: &str) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        on_a_real_disk(folder.path());
        std::fs::create_dir(folder.path().join("runbooks")).unwrap();
        let runbook = format!("# Bench\n\n```sh\n#| action: Go\n{script}\n```\n");
        std::fs::write(folder.path().join("runbooks/bench.md"), runbook).unwrap();
        std::fs::write(folder.path().join("config.toml"), CONFIG).unwrap();
        let words: Vec<_> =
            wrapper.iter().map(String::as_str).chain([env!("CARGO_BIN_EXE_lastmile")]).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).args(["serve", "--listen", "127.0.0.1:0", "--data"]);
        command.arg(folder.path().join("data")).arg("--runbooks").arg(folder.path().join("runbooks"));
        command.arg("--config").arg(folder.path().join("config.toml")).env("LASTMILE_LOG", "warn");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("http://").expect("it says where it is").1.to_owned();
        let sign_in = json!({"mode": "demo", "person": "ann"});
        let (_, cookie, _) = Client::new(&address, "").send("POST", "/session", Some(&sign_in));
        Self { child, folder, address, cookie }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(&self.address, &self.cookie)
    }

    /// What pressing the button sends.
    pub(crate) fn request(&self, client: &mut Client, key: usize) -> Value {
        let page = client.get("/runbooks/bench");
        let action = &page["current_actions"][0];
        json!({
            "runbook": "bench", "revision": page["revision"], "action": action[0],
            "action_digest": action[1], "idempotency_key": format!("bench-{key:010}")
        })
    }

    /// Presses the button: the run's id.
    pub(crate) fn press(&self, key: usize) -> String {
        let mut client = self.client();
        let request = self.request(&mut client, key);
        client.post("/runs", &request)["summary"]["id"].as_str().unwrap().to_owned()
    }

    /// Presses the button and waits for the end: the id, and the exit record.
    pub(crate) fn run(&self, key: usize) -> (String, Value) {
        let id = self.press(key);
        let exit = self.exit(&id);
        (id, exit)
    }

    /// Waits for the end of a run: its exit record.
    pub(crate) fn exit(&self, id: &str) -> Value {
        let mut client = self.client();
        let began = Instant::now();
        loop {
            let state = client.get(&format!("/runs/{id}"))["summary"]["state"].clone();
            if state == "succeeded" {
                return serde_json::from_slice(&std::fs::read(self.dir(id).join("exit")).unwrap()).unwrap();
            }
            assert!(
                ["queued", "starting", "running"].contains(&state.as_str().unwrap()),
                "the run is {state}"
            );
            assert!(began.elapsed() < Duration::from_secs(600), "the run does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn dir(&self, id: &str) -> PathBuf {
        self.folder.path().join("data/runs").join(id)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How long the script ran, its log's last sync included.
pub(crate) fn took(exit: &Value) -> Duration {
    let at = |name: &str| exit[name].as_u64().unwrap();
    Duration::from_millis((at("ended_at_ms") - at("started_at_ms")).max(1))
}

/// Resident bytes of a process.
pub(crate) fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

/// Syncs cost nothing on tmpfs, and nobody keeps records there.
fn on_a_real_disk(folder: &Path) {
    const TMPFS: i64 = 0x0102_1994;
    let found = rustix::fs::statfs(folder).unwrap();
    assert!(
        found.f_type as i64 != TMPFS,
        "{} lies on tmpfs: move the target folder to a disk",
        folder.display()
    );
}
