//! The per-run process, tested from outside: real processes, real files, nothing faked.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on fails")]

mod control;
mod death;
mod group;
mod output;
mod run;
mod secrets;
mod ssh;
mod tree;
mod user;
mod wrapper;
