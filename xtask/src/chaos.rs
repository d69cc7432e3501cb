//! `cargo xtask chaos`: rounds of KILL at random moments, as many and with the seed that one likes; then as many cuts of
//! event streams at random bytes.
//!
//! The rounds and cuts themselves are tests of the server (`server/tests/survival/chaos`, `server/tests/http/cuts.rs`), so
//! that some of them run with every `cargo xtask test`.
//!
//! `--sabotage` asks what the rounds are worth: a server that was broken on purpose must fail within a hundred of them, and
//! the command fails if it does not.

use crate::layout::Layout;
use crate::process;
use anyhow::{Context, Result, bail};
use std::process::Command;

/// Rounds that an evening's work is worth.
const ROUNDS: u64 = 1000;

/// What can be broken on purpose, by `server/src/sabotage.rs`.
const SABOTAGES: [&str; 2] = ["fsync", "adoption"];

/// Plays the rounds; the seed of a failure plays it again.
///
/// # Errors
/// When an argument is not understood, when something did not survive, and when sabotage was not found out.
pub(crate) fn chaos(layout: &Layout, args: &[String]) -> Result<()> {
    match args.split_first() {
        Some((option, [name, more @ ..])) if option == "--sabotage" => sabotage(layout, name, more),
        _ => rounds(layout, args),
    }
}

/// Rounds against a server that is broken so, until one finds out.
fn sabotage(layout: &Layout, name: &str, args: &[String]) -> Result<()> {
    if !SABOTAGES.contains(&name) {
        bail!("chaos can sabotage {}, so what is {name:?}?", SABOTAGES.join(" and "));
    }
    let mut tests = process::cargo();
    tests.current_dir(layout.root()).env("CARGO_TARGET_DIR", layout.target());
    tests.args(["test", "--locked", "--package", "lastmile", "--features", "sabotage", "--test", "survival"]);
    tests.args(["--", &format!("sabotage::{name}"), "--include-ignored", "--nocapture"]);
    tests.envs(options(args)?.iter().map(|(name, value)| (name, value.to_string())));
    process::run(&mut tests)
}

fn rounds(layout: &Layout, args: &[String]) -> Result<()> {
    let given = options(args)?;
    let mut kills = tests_of(layout, "survival");
    // Rounds of power cuts too, which need root: a test command must not.
    kills.args(["chaos::", "power::", "--include-ignored", "--nocapture", "--test-threads=1"]);
    kills.env("LASTMILE_CHAOS_ROUNDS", ROUNDS.to_string());
    kills.envs(given.iter().map(|(name, value)| (name, value.to_string())));
    process::run(&mut kills)?;
    let rounds = given.iter().find(|(name, _)| *name == "LASTMILE_CHAOS_ROUNDS").map_or(ROUNDS, |it| it.1);
    let mut cuts = tests_of(layout, "http");
    process::run(cuts.args(["cuts::", "--nocapture"]).env("LASTMILE_CUTS", rounds.to_string()))
}

/// One test binary of the server; what follows are its own arguments.
fn tests_of(layout: &Layout, binary: &str) -> Command {
    let mut tests = process::cargo();
    tests.current_dir(layout.root()).env("CARGO_TARGET_DIR", layout.target());
    tests.args(["test", "--locked", "--package", "lastmile", "--test", binary, "--"]);
    tests
}

/// `--seed S --rounds N`, as the variables that the test reads.
fn options(args: &[String]) -> Result<Vec<(&'static str, u64)>> {
    let option = |pair: &[String]| {
        let [name, value] = pair else { bail!("{:?} lacks its number", pair.concat()) };
        let variable = match name.as_str() {
            "--seed" => "LASTMILE_CHAOS_SEED",
            "--rounds" => "LASTMILE_CHAOS_ROUNDS",
            _ => bail!("chaos takes --seed S and --rounds N, or --sabotage NAME first, so what is {name:?}?"),
        };
        Ok((variable, value.parse().with_context(|| format!("{name} {value}: that is no number"))?))
    };
    args.chunks(2).map(option).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_and_rounds_are_numbers_and_nothing_else_is_taken() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let both = options(&words("--seed 7 --rounds 100")).unwrap();
        assert_eq!(both, [("LASTMILE_CHAOS_SEED", 7), ("LASTMILE_CHAOS_ROUNDS", 100)]);
        for wrong in ["--seed", "--seed x", "--round 7"] {
            assert!(options(&words(wrong)).is_err(), "{wrong}");
        }
    }
}
