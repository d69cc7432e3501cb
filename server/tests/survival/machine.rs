//! Looks at the machine and the record from outside: processes by what they were started with, states as stored.

use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::runtime::Runtime;

/// Processes whose command line or environment (as they were started) names this.
pub(crate) fn processes_of(what: &str) -> Vec<i32> {
    let own = i32::try_from(std::process::id()).unwrap();
    let names = |pid: i32, file: &str| {
        let bytes = std::fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
        memchr::memmem::find(&bytes, what.as_bytes()).is_some()
    };
    let pids = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| *pid != own && is_alive(*pid) && (names(*pid, "cmdline") || names(*pid, "environ")))
        .collect()
}

/// Whether a process runs; a zombie does not.
pub(crate) fn is_alive(pid: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X'])))
}

pub(crate) fn parent(pid: i32) -> Option<i32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// Whether there was such a process.
pub(crate) fn send(pid: i32, signal: Signal) -> bool {
    rustix::process::kill_process(Pid::from_raw(pid).unwrap(), signal).is_ok()
}

/// The per-run process of a run directory, as soon as it has taken it.
pub(crate) fn holder(run_dir: &Path) -> Option<i32> {
    let bytes = std::fs::read(run_dir.join("process")).ok()?;
    let holder: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    i32::try_from(holder["pid"].as_i64()?).ok().filter(|pid| *pid > 0)
}

/// The record, opened beside the server.
pub(crate) struct Record {
    runtime: Runtime,
    connection: SqliteConnection,
}

impl Record {
    pub(crate) fn open(data: &Path) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(data.join("lastmile.sqlite"))
            .busy_timeout(Duration::from_secs(5));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let connection = runtime.block_on(options.connect()).unwrap();
        Self { runtime, connection }
    }

    /// A run's state, whether a server runs or not.
    pub(crate) fn state(&mut self, run: &str) -> Option<String> {
        let query = sqlx::query_scalar("SELECT state FROM runs WHERE id = ?").bind(run);
        self.runtime.block_on(query.fetch_optional(&mut self.connection)).unwrap()
    }

    /// The run that a key names.
    pub(crate) fn run_of_key(&mut self, key: &str) -> Option<String> {
        let query = sqlx::query_scalar("SELECT id FROM runs WHERE idempotency_key = ?").bind(key);
        self.runtime.block_on(query.fetch_optional(&mut self.connection)).unwrap()
    }

    /// As if the server had been killed before it could record that the run runs.
    pub(crate) fn forget_that_it_runs(&mut self, run: &str) {
        let query = sqlx::query(
            "UPDATE runs SET state = 'starting', running_at = NULL WHERE id = ? AND state = 'running'",
        );
        let done = self.runtime.block_on(query.bind(run).execute(&mut self.connection)).unwrap();
        assert_eq!(done.rows_affected(), 1, "{run} runs");
    }

    /// From here on nobody else can write.
    pub(crate) fn hold(&mut self) {
        self.runtime.block_on(sqlx::query("BEGIN IMMEDIATE").execute(&mut self.connection)).unwrap();
    }

    pub(crate) fn let_go(&mut self) {
        self.runtime.block_on(sqlx::query("ROLLBACK").execute(&mut self.connection)).unwrap();
    }

    pub(crate) fn close(self) {
        self.runtime.block_on(self.connection.close()).unwrap();
    }
}

/// A run's state as it is recorded now.
pub(crate) fn stored_state(data: &Path, run: &str) -> Option<String> {
    let mut record = Record::open(data);
    let state = record.state(run);
    record.close();
    state
}
