//! Starts the per-run process from the server.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::durable::to_json;
use super::{DIAGNOSTICS, Identity, Seal};

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

/// What the per-run process is told by its standard input, as JSON.
#[derive(Serialize, Deserialize, Debug)]
pub struct Orders {
    /// Of the `launch` that it is to find.
    pub seal: Seal,
    /// By name.
    pub secrets: BTreeMap<String, String>,
}

/// Starts the per-run process. Secrets go through a pipe, never to disk. The process outlives the server.
///
/// # Errors
/// When it can't be started or does not take its orders: then the script does not start.
pub fn spawn(program: &Path, run_dir: &Path, orders: &Orders) -> io::Result<Identity> {
    let run_dir = std::path::absolute(run_dir)?;
    let mut options = OpenOptions::new();
    let diagnostics = options.append(true).create(true).mode(0o600).open(run_dir.join(DIAGNOSTICS))?;
    let orders = to_json(orders)?;
    // Without `pre_exec`, this is posix_spawn: cheap, however large the server is. The process
    // itself makes its session and marks stray descriptors.
    let mut child = Command::new(program)
        .arg("exec")
        .arg(&run_dir)
        .env_clear()
        .envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(diagnostics)
        .spawn()?;
    let identity = i32::try_from(child.id()).map_err(io::Error::other).and_then(Identity::of);
    let identity = identity.and_then(|identity| tell(&mut child, &orders).map(|()| identity));
    if identity.is_err() {
        // It has not got all of its input, so it has not begun. If it can't be ended, it is over already.
        let _ = child.kill();
    }
    STARTED.lock().unwrap_or_else(PoisonError::into_inner).push(child);
    reap();
    identity
}

fn tell(child: &mut Child, orders: &[u8]) -> io::Result<()> {
    let mut pipe = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
    pipe.write_all(orders)
}

/// Fetches the status of those that have ended, so that no zombies gather.
pub(super) fn reap() {
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    started.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
}
