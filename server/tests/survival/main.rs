//! What holds whatever dies: rounds of KILL at random moments, and faults of disk and clock. Real processes, a real record.
//!
//! `cargo xtask chaos` runs more rounds of the first, with a seed of one's choice.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on fails")]

#[path = "../http/ahead.rs"]
mod ahead;
mod chaos;
mod clock;
mod compress;
mod disk_full;
mod doctor;
mod fsync;
mod hang_up;
#[path = "../http/harness.rs"]
#[expect(dead_code, reason = "it is that of the HTTP tests, which use all of it")]
mod harness;
mod lost;
mod machine;
mod power;
mod retention;
#[cfg(feature = "sabotage")]
mod sabotage;
mod starting;
mod stopped;
mod turns;
