//! What the per-run process is to do, and the directory that it finds it in.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use lastmile_runbook::digest::sha256_hex;
use serde::{Deserialize, Serialize};

use super::cgroup::Group;
use super::durable::{to_json, write_new};
use super::{LAUNCH, SCRIPT, durable};
use crate::log::{INDEX, LOG};

/// What the per-run process needs; stored as `RUN_DIR/launch` (JSON). No secret is in it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Launch {
    /// The run's id.
    pub run: String,
    /// The target's command; empty: the script runs here.
    pub wrapper: Vec<String>,
    /// Such as `["sh", "-eu"]`; the script's path becomes its last argument.
    pub interpreter: Vec<String>,
    /// The fence's bytes.
    pub script: String,
    /// All variables, in order: PATH, the target's, inputs, `LASTMILE_*`. Nothing else is inherited but typed
    /// secrets, `LASTMILE_OUTPUT` (set to where outputs are read from), `HOME`, `USER`, `LOGNAME` of another `user`, and under a
    /// pseudo-terminal `TERM`, if they are not among them.
    pub env: Vec<(String, String)>,
    /// Where the script starts; `None`: an empty folder here, the wrapper's choice with a wrapper.
    pub workdir: Option<PathBuf>,
    /// Seconds until the tree is ended; 0: never.
    pub timeout_s: u64,
    /// Seconds between TERM and KILL.
    pub grace_s: u64,
    /// Most bytes of log and index together.
    pub output_cap: u64,
    /// What happens when they are reached.
    #[serde(default)]
    pub full_output: FullOutput,
    /// Most processes: of the run (`pids.max`), or else of the user it runs as (`RLIMIT_NPROC`, which does not bind root).
    pub max_processes: Option<u64>,
    /// Most bytes of memory: of the run (`memory.max`), or else of address space of each process (`RLIMIT_AS`).
    pub max_memory: Option<u64>,
    /// The user whom a per-run process that is root starts the script as; `None`: its own.
    #[serde(default)]
    pub user: Option<String>,
    /// The control group that is made for it; `None`: this machine lets none be made.
    #[serde(default)]
    pub cgroup: Option<Group>,
    /// Run under a pseudo-terminal.
    pub tty: bool,
    /// What the script leaves behind goes on after it.
    pub leaves_running: bool,
}

/// What happens when log and index have reached their cap. What is left out is counted exactly either way.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum FullOutput {
    /// The script goes on; its output's beginning and its newest part are kept.
    #[default]
    DropMiddle,
    /// The run is ended.
    Stop,
}

/// SHA-256 of `RUN_DIR/launch` as it was written. It reaches the per-run process by another way than the file, so what was
/// changed on the disk meanwhile is not what starts.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Seal(String);

impl Launch {
    /// Reads `RUN_DIR/launch`, whatever it says by now.
    pub(super) fn read(run_dir: &Path) -> io::Result<Self> {
        let path = run_dir.join(LAUNCH);
        durable::from_json(&path, &std::fs::read(&path)?)
    }

    /// Reads `RUN_DIR/launch`, if it and the script beside it are what was sealed.
    pub(super) fn open(run_dir: &Path, seal: &Seal) -> io::Result<Self> {
        let path = run_dir.join(LAUNCH);
        let bytes = std::fs::read(&path)?;
        if sha256_hex(&bytes) != seal.0 {
            return Err(changed(LAUNCH));
        }
        let launch: Self = durable::from_json(&path, &bytes)?;
        if std::fs::read(run_dir.join(SCRIPT))? != launch.script.as_bytes() {
            return Err(changed(SCRIPT));
        }
        Ok(launch)
    }
}

fn changed(file: &str) -> io::Error {
    let text = format!(
        "its file `{file}` is not what was agreed to; somebody has changed it, so nothing was started"
    );
    io::Error::new(io::ErrorKind::InvalidData, text)
}

/// Makes the run directory (0700) with `launch` and `script` (0600), and an empty log to be watched. Not synced: both can be
/// made again from the record, and after a power cut nobody looks at them.
///
/// # Errors
/// When the directory was prepared before, or anything can't be written.
pub fn prepare(run_dir: &Path, launch: &Launch) -> io::Result<Seal> {
    make_dir(run_dir)?;
    for name in [LOG, INDEX] {
        let mut options = std::fs::OpenOptions::new();
        options.append(true).create(true).mode(0o600).open(run_dir.join(name))?;
    }
    let bytes = to_json(launch)?;
    write_new(&run_dir.join(LAUNCH), &bytes)?;
    write_new(&run_dir.join(SCRIPT), launch.script.as_bytes())?;
    Ok(Seal(sha256_hex(&bytes)))
}

/// Makes the directory, which a cancel or an abandon may have done before: then `launch` decides who is first.
pub(super) fn make_dir(run_dir: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(run_dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && run_dir.is_dir() => Ok(()),
        made => made,
    }
}
