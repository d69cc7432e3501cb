//! `cargo xtask test`: everything that must hold before a change is taken.

use crate::layout::Layout;
use crate::server::{self, Profile};
use crate::setup::{self, Purpose, Ready};
use crate::steps::Steps;
use crate::{app, fuzz, process, rules, sizes};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// The packages that are compiled for the browser.
const WASM_PACKAGES: [&str; 3] = ["lastmile-app", "lastmile-protocol", "lastmile-runbook"];

/// Sets up and runs every check, the quick ones first; stops at the first that fails.
///
/// # Errors
/// When a check fails, and when there turns out to be no test to run.
pub(crate) fn test(layout: &Layout) -> Result<()> {
    let mut steps = Steps::default();
    let ready = steps.take("Set-up", || setup::set_up(layout, Purpose::Test))?;
    steps.take("Format", || process::run(native(layout).args(["fmt", "--all", "--check"])))?;
    steps.take("Rules", || rules::check(layout))?;
    steps.take("Lints, native", || {
        process::run(native(layout).args([
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "-Dwarnings",
        ]))
    })?;
    steps.take("Lints, wasm", || lint_wasm(layout, &ready))?;
    steps.take("The app's production build", || {
        app::build(layout, &ready)?;
        sizes::print(layout)
    })?;
    steps.take("Fuzz targets", || fuzz::smoke(layout))?;
    let passed = steps.take("Unit and HTTP tests", || cargo_tests(layout))?;
    let binary = steps.take("The server", || server::build(layout, Profile::Dev))?;
    steps.take("Browser tests", || browser_tests(layout, &ready, &binary))?;
    println!("\n{}\n\nAll checks passed; {passed} unit and HTTP tests among them.", steps.summary());
    Ok(())
}

/// Cargo for everything that is not the app, with its own target folder.
fn native(layout: &Layout) -> Command {
    let mut cargo = process::cargo();
    cargo.current_dir(layout.root()).env("CARGO_TARGET_DIR", layout.target());
    cargo
}

fn lint_wasm(layout: &Layout, ready: &Ready) -> Result<()> {
    let mut clippy = ready.app_command(layout, "cargo")?;
    clippy.args(["clippy", "--locked", "--target", setup::WASM_TARGET]);
    for package in WASM_PACKAGES {
        clippy.args(["--package", package]);
    }
    process::run(clippy.args(["--", "-Dwarnings"]))
}

/// Runs `cargo test` and counts what passed: a filter or a typing mistake that leaves no test must not look green.
fn cargo_tests(layout: &Layout) -> Result<u64> {
    let mut tests = native(layout);
    tests.args(["test", "--locked", "--workspace"]).stdout(Stdio::piped());
    let mut child = tests.spawn().with_context(|| format!("could not start {}", process::shown(&tests)))?;
    let mut passed = 0;
    for line in BufReader::new(child.stdout.take().context("standard output is piped")?).lines() {
        let line = line?;
        println!("{line}");
        passed += passed_in(&line).unwrap_or(0);
    }
    process::check(&tests, child.wait()?)?;
    if passed == 0 {
        bail!("not a single test ran");
    }
    Ok(passed)
}

/// The number in `test result: ok. 12 passed; 0 failed; …`.
fn passed_in(line: &str) -> Option<u64> {
    line.strip_prefix("test result: ok. ")?.split_once(" passed")?.0.parse().ok()
}

/// The runner fails by itself when it finds no test.
fn browser_tests(layout: &Layout, ready: &Ready, binary: &Path) -> Result<()> {
    let chromium = ready.chromium().context("set-up for tests finds a browser")?;
    let npm = |args: &[&str]| {
        let mut npm = Command::new("npm");
        npm.args(args).current_dir(layout.e2e());
        npm
    };
    process::run(&mut npm(&["run", "--silent", "--if-present", "types"]))?;
    let mut tests = npm(&["test", "--silent"]);
    tests.env("LASTMILE_BIN", binary).env("CHROMIUM", chromium);
    process::run(&mut tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passed_tests_are_counted_from_cargo_s_own_summary() {
        assert_eq!(passed_in("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured"), Some(12));
        assert_eq!(passed_in("test result: FAILED. 3 passed; 1 failed"), None);
        assert_eq!(passed_in("test a_sentence ... ok"), None);
    }
}
