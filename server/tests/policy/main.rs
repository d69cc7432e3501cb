//! Who may run what and who must agree: the shipped sets as tables, what can never loosen, what is refused, and the same
//! seen over HTTP and on the command line.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on fails")]

mod command;
mod generated;
mod glass;
#[path = "../http/harness.rs"]
#[expect(dead_code, reason = "it is that of the HTTP tests, which use all of it")]
mod harness;
mod http;
mod load;
mod organisation;
mod reload;
mod sets;
mod tighten;
