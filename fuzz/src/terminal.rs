//! Any bytes as a run's output, found by coverage: `cargo xtask fuzz terminal`.

#![no_main]

mod check;
mod log;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check::check(bytes));
