//! Node and the browser tests' modules.

use crate::process;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The oldest Node that Playwright supports, and the one that Debian 12 has.
const OLDEST: u32 = 18;

/// What must be installed to have Node and npm.
pub(super) fn missing_packages() -> Vec<&'static str> {
    let mut packages = Vec::new();
    if major("node").is_none_or(|major| major < OLDEST) {
        packages.push("nodejs");
    }
    if process::find("npm").is_none() {
        packages.push("npm");
    }
    packages
}

fn major(program: &str) -> Option<u32> {
    let said = process::output(Command::new(program).arg("--version")).ok()?;
    said.trim_start_matches('v').split('.').next()?.parse().ok()
}

/// Installs the modules that the lock file names, if it changed since the last time.
///
/// # Errors
/// When there are no browser tests, or npm fails.
pub(super) fn ensure_modules(e2e: &Path) -> Result<()> {
    let lock = fs::read_to_string(e2e.join("package-lock.json"))
        .context("tests/e2e/package-lock.json is missing: the browser tests need exact versions")?;
    let stamp = e2e.join("node_modules/.installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    super::announce("installing the browser tests' modules by npm", "1 minute");
    let mut install = Command::new("npm");
    install.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(e2e);
    // The browser is the system's: none is to be downloaded.
    install.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut install)?;
    Ok(fs::write(stamp, lock)?)
}
