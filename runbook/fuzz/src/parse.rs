//! Any bytes, found by coverage: `cargo +nightly fuzz run parse` in `runbook/`.

#![no_main]

mod check;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check::check(bytes));
