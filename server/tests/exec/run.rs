//! A run in a folder of its own, and how to wait for what it does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lastmile::exec::{self, Exit, FullOutput, Identity, Launch, Orders, Processes, Seal, Standing};
use lastmile::log::LogReader;
use lastmile_protocol::{LogLine, Stream};
use tempfile::TempDir;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A script with generous limits, run here by `sh -eu`.
pub(crate) fn launch(script: &str) -> Launch {
    Launch {
        run: "01-test".to_owned(),
        wrapper: Vec::new(),
        interpreter: vec!["sh".to_owned(), "-eu".to_owned()],
        script: script.to_owned(),
        env: vec![("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned())],
        workdir: None,
        timeout_s: 120,
        grace_s: 10,
        output_cap: 1 << 30,
        full_output: FullOutput::DropMiddle,
        max_processes: None,
        max_memory: None,
        user: None,
        cgroup: None,
        tty: false,
        leaves_running: false,
    }
}

/// With one more variable.
pub(crate) fn with(mut launch: Launch, name: &str, value: &str) -> Launch {
    launch.env.push((name.to_owned(), value.to_owned()));
    launch
}

pub(crate) fn secret(name: &str, value: &str) -> BTreeMap<String, String> {
    BTreeMap::from([(name.to_owned(), value.to_owned())])
}

pub(crate) struct Run {
    root: TempDir,
    seal: Seal,
}

impl Run {
    /// Prepared, not started.
    pub(crate) fn prepared(launch: &Launch) -> Self {
        let root = tempfile::tempdir().unwrap();
        let seal = exec::prepare(&root.path().join("run"), launch).unwrap();
        Self { root, seal }
    }

    pub(crate) fn started(launch: &Launch) -> Self {
        Self::started_with(launch, &BTreeMap::new())
    }

    pub(crate) fn started_with(launch: &Launch, secrets: &BTreeMap<String, String>) -> Self {
        let run = Self::prepared(launch);
        run.spawn(secrets);
        run
    }

    /// Started and waited for.
    pub(crate) fn finished(launch: &Launch) -> (Self, Exit) {
        let run = Self::started(launch);
        let exit = run.exit();
        (run, exit)
    }

    /// Gives the guard.
    pub(crate) fn spawn(&self, secrets: &BTreeMap<String, String>) -> Identity {
        self.processes().start(&self.orders(secrets)).unwrap()
    }

    /// As a server has them, none of them started.
    pub(crate) fn processes(&self) -> Processes {
        Processes::new(binary(), self.root.path()).unwrap()
    }

    pub(crate) fn orders(&self, secrets: &BTreeMap<String, String>) -> Orders {
        Orders { run: "run".to_owned(), seal: self.seal.clone(), secrets: secrets.clone() }
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.root.path().join("run")
    }

    /// A file beside the run directory, for scripts to write to.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn standing(&self) -> Standing {
        exec::standing(&self.dir()).unwrap()
    }

    /// The per-run process.
    pub(crate) fn process(&self) -> i32 {
        until("the per-run process", || match self.standing() {
            Standing::Running(identity) => Some(identity.pid),
            _ => None,
        })
    }

    /// Waits for the run's end.
    pub(crate) fn exit(&self) -> Exit {
        until("the run to end", || match self.standing() {
            Standing::Ended(exit) => Some(exit),
            Standing::Gone => panic!("the per-run process is gone: {}", self.text("diagnostics")),
            _ => None,
        })
    }

    pub(crate) fn lines(&self) -> Vec<LogLine> {
        let log = LogReader::open(&self.dir()).unwrap();
        let mut lines = Vec::new();
        loop {
            let window = log.window(lines.len() as u64, 1000).unwrap();
            if window.lines.is_empty() {
                return lines;
            }
            lines.extend(window.lines);
        }
    }

    /// Texts of one stream's lines.
    pub(crate) fn texts(&self, stream: Stream) -> Vec<String> {
        self.lines().into_iter().filter(|line| line.stream == stream).map(|line| line.text).collect()
    }

    /// Waits until the script has written a line that begins so; gives the rest of it.
    pub(crate) fn line(&self, beginning: &str) -> String {
        until(&format!("a line `{beginning}…`"), || {
            self.lines().iter().find_map(|line| Some(line.text.strip_prefix(beginning)?.to_owned()))
        })
    }

    /// Waits for a line `NAME PID`, and gives the process.
    pub(crate) fn pid(&self, name: &str) -> i32 {
        self.line(&format!("{name} ")).trim().parse().unwrap()
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.dir().join(name)).unwrap_or_default()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(&self.bytes(name)).into_owned()
    }
}

impl Drop for Run {
    /// No test leaves a process behind, passed or failed.
    fn drop(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while matches!(exec::standing(&self.dir()), Ok(Standing::Running(_))) && Instant::now() < deadline {
            let _ = exec::cancel(&self.dir());
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }
}

pub(crate) fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_lastmile"))
}

/// Looks again and again until there is an answer.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// Whether a process runs; a zombie does not.
pub(crate) fn is_alive(pid: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X'])))
}

pub(crate) fn kill(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
}
