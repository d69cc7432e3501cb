//! The formatter and the linter, for each toolchain in use.

use super::debian;
use crate::process;
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

/// Makes sure that the user's own toolchain has both.
///
/// # Errors
/// When one is missing and rustup can't add it.
pub(super) fn ensure_native() -> Result<()> {
    let missing: Vec<&str> = [("rustfmt", "fmt"), ("clippy", "clippy")]
        .iter()
        .filter(|(_, command)| process::output(process::cargo().args([command, "--version"])).is_err())
        .map(|(component, _)| *component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if process::find("rustup").is_none() {
        bail!("this Rust has no {list}: install your distribution's package of it, then again");
    }
    super::announce(&format!("adding {list} by rustup"), "1 minute");
    process::run(Command::new("rustup").args(["component", "add"]).args(&missing))
}

/// Makes sure that Debian's toolchain has the linter; it formats nothing.
///
/// # Errors
/// When the package can't be installed.
pub(super) fn ensure_debian_clippy() -> Result<()> {
    if Path::new("/usr/bin/cargo-clippy").exists() {
        return Ok(());
    }
    debian::ensure(&["rust-web-clippy"])
}
