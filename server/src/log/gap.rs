//! The middle that a log left out: where it is, and what was in it.
//!
//! Line numbers and offsets after a gap are those that they would have without it, so links to lines hold and a window
//! is found as quickly. The gap's bytes and entries are holes in the two files: they read as zeros and take no space.
//!
//! The file `gap` is replaced as a whole, and *before* anything is given up. So a reader reads the log first, this file
//! then, and believes nothing of what lies inside the gap.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::ops::Range;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use lastmile_protocol::{LogLine, Stream};
use serde::{Deserialize, Serialize};

use super::LeftOut;

/// The file's name.
const GAP: &str = "gap";

/// What lies in the middle and is no longer there; stored as `RUN_DIR/gap` (JSON).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Numbers of the lines, from 0.
    pub lines: Range<u64>,
    /// Their bytes in the log.
    pub bytes: Range<u64>,
    /// How much of the script's output that was.
    pub left_out: LeftOut,
}

impl Gap {
    /// The gap of a run directory; an empty one if nothing was left out.
    pub(super) fn read(run_dir: &Path) -> io::Result<Self> {
        match std::fs::read(run_dir.join(GAP)) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Replaces it, on the disk when this returns.
    pub(super) fn write(&self, run_dir: &Path) -> io::Result<()> {
        let draft = run_dir.join("gap.new");
        let mut file: File =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        std::fs::rename(draft, run_dir.join(GAP))
    }

    /// What is written about it, in the log's window and in its text.
    pub(super) fn text(&self) -> String {
        format!("lastmile: {} bytes, {} lines left out", self.left_out.bytes, self.left_out.lines)
    }

    /// What stands for that line of it: the first says how much is left out, the others are empty.
    pub(super) fn line(&self, number: u64) -> LogLine {
        let first = number == self.lines.start;
        let (offset, bytes) =
            if first { (self.bytes.start, self.bytes.end - self.bytes.start) } else { (self.bytes.end, 0) };
        let text = if first { self.text() } else { String::new() };
        LogLine { text, offset, bytes, stream: Stream::System, gap: true, ..LogLine::default() }
    }
}
