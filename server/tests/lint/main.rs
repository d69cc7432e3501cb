//! The commands for authors as a person or a workflow calls them: the real binary, real files.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on fails")]

mod corpora;
mod formats;
mod harness;
mod import;
mod known;
mod starter;
