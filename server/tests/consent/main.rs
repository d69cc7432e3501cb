//! Nothing starts that was not agreed to: changed bytes, every order of those who act at once, and random stories.
//!
//! The parts of a server inside the test, so that its clock, its teams and who goes first can be set; the record is a real file,
//! each run a real process, and what started is counted by the script itself.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on fails")]

mod bytes;
mod full;
mod orders;
#[path = "../survival/chaos/random.rs"]
#[expect(dead_code, reason = "it is that of the chaos rounds, which use all of it")]
mod random;
mod referee;
mod retries;
mod retry_orders;
mod several;
mod stories;
mod world;
