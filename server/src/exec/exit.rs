//! How a run ended, and how that reaches the disk even if the disk is full.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{FallocateFlags, fallocate};
use serde::{Deserialize, Serialize};

use super::durable::{self, sync_dir, to_json};
use crate::log::EXIT;

/// Longest message, in characters, so that an exit always fits into what is reserved for it.
const MESSAGE: usize = 500;
/// Bytes reserved for the exit.
const EXIT_BYTES: u64 = 8 * 1024;
/// Bytes reserved for the log's last lines, behind those for the exit: a file of its own would be one more to make and to
/// remove for every run, and a file system that has just removed many is slow to make new ones.
const LINES_BYTES: u64 = 64 * 1024;
/// How often an exit that can't be written is tried again, and after how long.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(500);

/// Why a run ended.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The child exited by itself.
    Exited,
    /// A signal from elsewhere ended the child.
    Signalled,
    /// Its time was up.
    TimedOut,
    /// [`super::cancel`] was called.
    Cancelled,
    /// The per-run process got a TERM that nobody asked Lastmile for: the machine is being stopped, say.
    Terminated,
    /// The script never started; `message` says why.
    NotStarted,
    /// The log could not be written, so the tree was ended; `message` says why.
    LogFailed,
    /// The output had reached its cap, and the run was to be stopped then.
    OutputFull,
    /// A cause of a newer version.
    #[serde(other)]
    Unknown,
}

/// How a run ended: `RUN_DIR/exit` (JSON).
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Why.
    pub cause: Cause,
    /// The child's exit code, if it exited.
    pub code: Option<i32>,
    /// The signal that ended the child, if one did.
    pub signal: Option<i32>,
    /// More about the cause, in a sentence or two.
    pub message: Option<String>,
    /// When the child started, milliseconds since 1970; `None`: never.
    pub started_at_ms: Option<i64>,
    /// When all was over, milliseconds since 1970.
    pub ended_at_ms: i64,
    /// Lines in the log.
    pub lines: u64,
    /// Bytes in the log.
    pub bytes: u64,
    /// Bytes of output that the log leaves out (cap, full disk).
    #[serde(default)]
    pub left_out_bytes: u64,
    /// Lines of output that the log leaves out.
    #[serde(default)]
    pub left_out_lines: u64,
    /// Whether log and index were synced to disk without an error.
    #[serde(default)]
    pub durable: bool,
}

impl Exit {
    /// Of a script that never started.
    pub(super) fn before_start(cause: Cause, message: Option<String>) -> Self {
        Self {
            cause,
            code: None,
            signal: None,
            message,
            started_at_ms: None,
            ended_at_ms: now_ms(),
            lines: 0,
            bytes: 0,
            left_out_bytes: 0,
            left_out_lines: 0,
            durable: true,
        }
    }

    /// Reads `RUN_DIR/exit`; `None` if there is none.
    pub(super) fn read(run_dir: &Path) -> io::Result<Option<Self>> {
        let path = run_dir.join(EXIT);
        match durable::read_if_there(&path)? {
            Some(bytes) => durable::from_json(&path, &bytes).map(Some),
            None => Ok(None),
        }
    }
}

/// How the run of that directory ended, if it says so; of a directory that is gone it does not.
///
/// # Errors
/// When the record is there and can't be read.
pub fn exit(run_dir: &Path) -> io::Result<Option<Exit>> {
    Exit::read(run_dir)
}

/// Now, in milliseconds since 1970.
pub(super) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Space for the exit, taken before the script starts: it is written into blocks that are ours already.
#[derive(Debug)]
pub(super) struct ExitSlot {
    dir: PathBuf,
    file: File,
}

impl ExitSlot {
    pub(super) fn reserve(run_dir: &Path) -> io::Result<Self> {
        // A name of its own: an abandoning server may write one at the same time.
        let path = draft(run_dir);
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        allocate(&file, EXIT_BYTES)?;
        Ok(Self { dir: run_dir.to_owned(), file })
    }

    /// Besides, space for the log's last lines.
    pub(super) fn reserve_lines(&self) -> io::Result<()> {
        allocate(&self.file, EXIT_BYTES + LINES_BYTES)
    }

    /// Gives that space back, for those lines.
    pub(super) fn release_lines(&self) -> io::Result<()> {
        self.file.set_len(EXIT_BYTES)
    }

    /// Writes the exit, whole or not at all, and syncs it. Tries for a while: an exit that is missing is a run lost.
    pub(super) fn write(self, mut exit: Exit) -> io::Result<()> {
        exit.message = exit.message.map(|message| message.chars().take(MESSAGE).collect());
        let bytes = to_json(&exit)?;
        let mut tried = 0;
        loop {
            match self.try_write(&bytes) {
                // A directory that was removed does not come back.
                Err(error) if tried < TRIES && error.kind() != io::ErrorKind::NotFound => {
                    eprintln!("the exit can't be written, trying again: {error}");
                    tried += 1;
                    std::thread::sleep(PAUSE);
                }
                result => return result,
            }
        }
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, 0)?;
        self.file.set_len(bytes.len() as u64)?;
        self.file.sync_all()?;
        std::fs::rename(draft(&self.dir), self.dir.join(EXIT))?;
        sync_dir(&self.dir)
    }
}

fn draft(run_dir: &Path) -> PathBuf {
    run_dir.join(format!("{EXIT}.{}", std::process::id()))
}

/// Takes blocks for so many bytes; a file system that can't is taken as it is.
fn allocate(file: &File, bytes: u64) -> io::Result<()> {
    match fallocate(file, FallocateFlags::empty(), 0, bytes) {
        Err(rustix::io::Errno::OPNOTSUPP) => Ok(()),
        done => Ok(done?),
    }
}
