//! The audit record: complete, written before the effect, and no hand can change it unseen.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

mod damage;
#[path = "../http/harness.rs"]
#[expect(dead_code, reason = "it is that of the HTTP tests, which use all of it")]
mod harness;
mod size;
mod story;
