//! The program `git`, asked to read and nothing else.
//!
//! The checkout's own configuration is other people's: nothing in it may start a program, reach the network or change
//! what is told. So there is no user or system configuration, no hook, pager, file system monitor, signature check,
//! external comparison or lazy fetch, and all arguments are ours but the path behind `--` and a checked commit.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;

/// Longest time for one question.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most bytes of an answer: as many as a runbook may have.
const MOST: u64 = 4 * 1024 * 1024;
/// More programs than this are not started at once.
static TURNS: Semaphore = Semaphore::const_new(4);

/// Why git gave no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum GitError {
    #[error("git is not installed")]
    NotInstalled,
    #[error("git said: {0}")]
    Refused(String),
    #[error("git took longer than {} s", PATIENCE.as_secs())]
    TooSlow,
    #[error("git's answer has more than {MOST} bytes")]
    TooLong,
    #[error("git can't be used: {0}")]
    Io(#[from] std::io::Error),
}

/// Git, in one checkout.
pub(super) struct Git {
    top: PathBuf,
}

impl Git {
    pub(super) fn new(top: PathBuf) -> Self {
        Self { top }
    }

    /// What git prints. An answer that fails, is too long or too slow is none.
    pub(super) async fn run(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        // Never closed.
        let _turn = TURNS.acquire().await.map_err(std::io::Error::other)?;
        tokio::time::timeout(PATIENCE, self.answer(arguments)).await.map_err(|_| GitError::TooSlow)?
    }

    async fn answer(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        let mut child = self.command(arguments).spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => GitError::NotInstalled,
            _ => error.into(),
        })?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let (out, err) = tokio::join!(read(out, MOST + 1), read(err, 4096));
        let (out, err) = (out?, err?);
        if out.len() as u64 > MOST {
            // Dropping the child ends it.
            return Err(GitError::TooLong);
        }
        let ended = child.wait().await?;
        if ended.success() {
            Ok(out)
        } else {
            Err(GitError::Refused(String::from_utf8_lossy(&err).trim().to_owned()))
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_LITERAL_PATHSPECS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("LC_ALL", "C")
            .arg("--no-pager")
            .arg("-C")
            .arg(&self.top)
            // It may belong to another user than the server's; this one folder is meant to be read.
            .arg("-c")
            .arg({
                let mut safe = std::ffi::OsString::from("safe.directory=");
                safe.push(&self.top);
                safe
            })
            .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
            .args(["-c", "log.showSignature=false", "-c", "protocol.allow=never"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }
}

/// At most `most` bytes; what follows is not waited for.
async fn read(from: Option<impl AsyncRead + Unpin>, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        from.take(most).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}
