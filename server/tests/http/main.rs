//! The API as a client sees it: the real binary, real runs, a real record, over HTTP.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

mod approvals;
mod catalog;
mod events;
mod harness;
mod logs;
mod refusals;
mod restart;
mod runs;
mod sign_in;
