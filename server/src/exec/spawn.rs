//! Starts per-run processes from the server.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::durable::to_json;
use super::{Identity, Seal};

/// What a wrapper such as `ssh` or `kubectl` may see of the server's own environment. Scripts see none of it.
pub(super) const INHERITED: [&str; 17] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "TZ",
    "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR",
    "SSH_AUTH_SOCK",
    "KRB5CCNAME",
    "KUBECONFIG",
    "DOCKER_HOST",
    "DOCKER_CONFIG",
    "DOCKER_CONTEXT",
    "CONTAINER_HOST",
    "SSL_CERT_FILE",
];

/// Processes started by this server and not yet waited for.
static STARTED: Mutex<Vec<Child>> = Mutex::new(Vec::new());

/// The server's own binary, also if an upgrade has replaced the file.
pub const OWN_PROGRAM: &str = "/proc/self/exe";

/// What a per-run process is told by its standard input, as JSON.
#[derive(Serialize, Deserialize, Debug)]
pub struct Orders {
    /// The name of the run's directory.
    pub run: String,
    /// Of the `launch` that it is to find there.
    pub seal: Seal,
    /// By name.
    pub secrets: BTreeMap<String, String>,
}

/// Starts per-run processes, one ahead: loading the program takes longer than all else between a click and the first line
/// of output, so one that has loaded waits for the next run.
#[derive(Debug)]
pub struct Processes {
    program: PathBuf,
    runs: PathBuf,
    waiting: Mutex<Option<Waiting>>,
}

impl Processes {
    /// Of that program, for the run directories in `runs`. None is started yet.
    ///
    /// # Errors
    /// If `runs` is relative, and there is no folder to which.
    pub fn new(program: &Path, runs: &Path) -> io::Result<Self> {
        let (program, runs) = (program.to_owned(), std::path::absolute(runs)?);
        Ok(Self { program, runs, waiting: Mutex::default() })
    }

    /// Gives these orders to a process. Secrets go through a pipe, never to disk. The process outlives the server.
    ///
    /// # Errors
    /// When none can be started, or it does not take its orders: then the script does not start.
    pub fn start(&self, orders: &Orders) -> io::Result<Identity> {
        // One that can't take them has done nothing, and another can.
        let waiting = take(&mut self.waiting());
        if let Some(identity) = waiting.and_then(|waiting| waiting.order(orders).ok()) {
            return Ok(identity);
        }
        Waiting::begin(&self.program, &self.runs)?.order(orders)
    }

    /// Has a process wait for the next run, and gives its guard.
    ///
    /// # Errors
    /// When it can't be started: the next run starts its own.
    pub fn get_ready(&self) -> io::Result<Identity> {
        let mut place = self.waiting();
        let waiting = take(&mut place).map_or_else(|| Waiting::begin(&self.program, &self.runs), Ok)?;
        place.insert(waiting).identity()
    }

    fn waiting(&self) -> MutexGuard<'_, Option<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one that waits. Without its guard the per-run process could still take orders, but nobody would guard it.
fn take(place: &mut Option<Waiting>) -> Option<Waiting> {
    let mut waiting = place.take()?;
    waiting.is_alive().then_some(waiting)
}

/// A process without orders: it has touched nothing, and ends with the pipe that they would come by.
#[derive(Debug)]
struct Waiting(Child);

impl Waiting {
    fn begin(program: &Path, runs: &Path) -> io::Result<Self> {
        // Without `pre_exec`, this is posix_spawn: cheap, however large the server is. The process
        // itself makes its session and marks stray descriptors.
        let child = Command::new(program)
            .arg("exec")
            .arg(runs)
            .env_clear()
            .envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        Ok(Self(child))
    }

    fn is_alive(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }

    fn identity(&self) -> io::Result<Identity> {
        i32::try_from(self.0.id()).map_err(io::Error::other).and_then(Identity::of)
    }

    fn order(mut self, orders: &Orders) -> io::Result<Identity> {
        let identity = self.identity().and_then(|identity| self.tell(&to_json(orders)?).map(|()| identity));
        if identity.is_err() {
            // It has not got all of its input, so it has not begun. If it can't be ended, it is over already.
            let _ = self.0.kill();
            drop(self.0.stdin.take());
        }
        STARTED.lock().unwrap_or_else(PoisonError::into_inner).push(self.0);
        reap();
        identity
    }

    fn tell(&mut self, orders: &[u8]) -> io::Result<()> {
        let mut pipe = self.0.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        pipe.write_all(orders)
    }
}

/// Fetches the status of those that have ended, so that no zombies gather.
pub(super) fn reap() {
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    started.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
}
