//! The per-run process, tested from outside: real processes, real files, nothing faked.

mod control;
mod output;
mod run;
mod secrets;
mod ssh;
mod tree;
mod wrapper;
