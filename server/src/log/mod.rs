//! A run's log on disk: appended by the per-run process, read by the server in windows.
//!
//! Two files in the run directory: `log`, the output's bytes after masking, and `index`, 16 bytes a line
//! (see `entry.rs`). A window costs two reads at any length, and nothing is ever scanned to find a line.
//!
//! An entry is written *before* the bytes that it points to. So each byte in `log` has its entry, whoever dies
//! when: a reader takes the length of `log` first, ignores entries at or beyond it, and what it then sees is
//! exact. (The other way round, bytes without an entry would look like the rest of the line before them.)
//!
//! A line ends where the next entry begins; one `\n` or `\r\n` at its end is not part of its text. The bytes of one
//! stream's entries, joined, are what the script wrote to it. A line of Lastmile's own that comes in
//! mid-line begins with a `\n` that is not part of its text, so that `log` itself stays readable.
//!
//! The log of a run that has ended may be compressed later (`compress.rs`): `raw.rs` is what all reading goes through.
//!
//! This module knows no run states, no HTTP and no store. `docs/RUN-DIRECTORY.md` has the whole picture.

mod bytes;
mod compress;
mod entry;
mod gap;
mod middle;
mod pattern;
mod place;
mod raw;
mod reader;
mod search;
mod strip;
mod window;
mod writer;
mod zst;

pub use bytes::LogBytes;
pub use compress::{Saved, can_be_compressed, compress};
pub use gap::Gap;
pub use pattern::{BadPattern, Pattern};
pub use reader::LogReader;
pub use search::{Limits, Query};
pub use strip::Strip;
pub use writer::{LeftOut, LogWriter, WhenFull};

/// The output's bytes.
pub(crate) const LOG: &str = "log";
/// 16 bytes a line.
pub(crate) const INDEX: &str = "index";
/// Written last: nothing will be added.
pub(crate) const EXIT: &str = "exit";
