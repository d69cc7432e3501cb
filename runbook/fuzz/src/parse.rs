//! Any bytes, found by coverage: `cargo xtask fuzz parse`.

#![no_main]

mod check;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check::check(bytes));
