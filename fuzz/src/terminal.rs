//! Any bytes as a run's output, found by coverage: `cargo +nightly fuzz run terminal`.

#![no_main]

mod check;
mod log;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check::check(bytes));
