//! What the log and its ways cost: `cargo xtask bench ingest | window | watch | start | policy`.
//!
//! All of it is measured on the real binary, over HTTP, with files on a real disk. A bench fails when a result is wrong; how
//! fast is fast enough is for the reader to judge, with the floor printed beside.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench that can't go on fails")]

mod client;
mod figures;
mod ingest;
mod policy;
mod server;
mod start;
mod stream;
mod watch;
mod watchers;
mod window;

fn main() {
    let names: Vec<String> = std::env::args().skip(1).filter(|name| !name.starts_with("--")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names[..] {
        ["ingest"] => ingest::bench(),
        ["window"] => window::bench(),
        ["watch"] => watch::bench(&[1_000]),
        ["watch", count] => watch::bench(&[count.parse().expect("a number of watchers")]),
        ["start"] => start::bench(),
        ["policy"] => policy::bench(),
        _ => panic!("name one of ingest, window, watch [WATCHERS], start, policy; not {names:?}"),
    }
}
