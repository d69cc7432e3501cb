//! What the browser tests drive: Chromium, and an ssh server for the target that is reached by ssh.

use crate::process;
use anyhow::{Context, Result, bail};
use std::env;
use std::path::{Path, PathBuf};

/// Names another browser.
const CHROMIUM: &str = "CHROMIUM";
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// What must be installed to have both.
pub(super) fn missing_packages() -> Vec<&'static str> {
    let mut packages = Vec::new();
    if env::var_os(CHROMIUM).is_none() && on_path().is_none() {
        // Text in a browser without any font has no width, so a layout could not be tested.
        packages.extend(["chromium", "fonts-dejavu-core"]);
    }
    if process::find("sshd").is_none() && !Path::new("/usr/sbin/sshd").exists() {
        packages.push("openssh-server");
    }
    packages
}

/// The browser to drive.
///
/// # Errors
/// When `CHROMIUM` names something that is not there.
pub(super) fn find_chromium() -> Result<PathBuf> {
    let Some(named) = env::var_os(CHROMIUM) else {
        return on_path().context("chromium was installed but is not on PATH");
    };
    let named = PathBuf::from(named);
    if !named.is_file() {
        bail!("CHROMIUM names {}, which is no file", named.display());
    }
    Ok(named)
}

fn on_path() -> Option<PathBuf> {
    NAMES.iter().find_map(|name| process::find(name))
}
