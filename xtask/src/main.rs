//! Lastmile's own commands: `cargo xtask run` and `cargo xtask test` are all that a fresh clone needs.
//!
//! Each command is one file; what several of them share stands in a file named after what it knows: where things
//! lie (`layout`), how a child process is run (`process`), how the app is built (`app`), what must be there first
//! (`setup`).

mod app;
mod bench;
mod chaos;
mod compress;
mod dev;
mod dist;
mod fuzz;
mod layout;
mod lock;
mod process;
mod rules;
mod run;
mod server;
mod setup;
mod sizes;
mod steps;
mod stylesheet;
mod test;

use anyhow::{Result, bail};
use layout::Layout;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  run [-- ARGS…]   set up what is missing, build, and serve on http://127.0.0.1:7777
                   (ARGS go to `lastmile serve`)
  test             set up what is missing and check everything: format, rules, lints, tests, browser tests
  dev              server and app with reload on every edit, on http://127.0.0.1:8080
  dist             one self-contained binary with the app inside
  bench [NAME]     measure; without a name, list what can be measured
  chaos [--seed S] [--rounds N]
                   kill server, per-run process or script at random moments, 1000 times, and look what is still true;
                   cut event streams at random bytes as often
  chaos --sabotage fsync|adoption [--seed S]
                   break the server on purpose: fails unless that is found out within 100 rounds (fsync as root)
  fuzz NAME [SECONDS]
                   feed `parse` (runbooks) or `terminal` (output) whatever reaches new code
  rules            only the rules of docs/ARCHITECTURE.md: who may depend on whom
  setup            only set up, for `run` and `test`";

fn main() -> ExitCode {
    match dispatch(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        // Not by returning it: whoever has RUST_BACKTRACE set would look for the cause under a stack of frames.
        Err(why) => {
            eprintln!("error: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(mut args: impl Iterator<Item = String>) -> Result<()> {
    let command = args.next().unwrap_or_default();
    let mut rest: Vec<String> = args.collect();
    let layout = Layout::find()?;
    if command == "run" {
        if rest.first().is_some_and(|first| first == "--") {
            rest.remove(0);
        }
        return run::run(&layout, &rest);
    }
    if command == "bench" {
        return bench::bench(&layout, &rest);
    }
    if command == "fuzz" {
        return fuzz::fuzz(&layout, &rest);
    }
    if command == "chaos" {
        return chaos::chaos(&layout, &rest);
    }
    if let Some(unexpected) = rest.first() {
        bail!("`{command}` takes no argument, so what is {unexpected:?}?\n\n{USAGE}");
    }
    match command.as_str() {
        "test" => test::test(&layout),
        "dev" => dev::dev(&layout),
        "dist" => dist::dist(&layout),
        "rules" => rules::check(&layout),
        "setup" => setup::set_up(&layout, setup::Purpose::Test).map(drop),
        "" | "help" | "-h" | "--help" => {
            println!("{USAGE}");
            Ok(())
        }
        other => bail!("there is no command {other:?}\n\n{USAGE}"),
    }
}
