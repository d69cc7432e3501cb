//! The server as the commands build and start it.

use crate::layout::Layout;
use crate::process;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// Where a person finds the server that `run` and `dev` start.
pub(crate) const ADDRESS: &str = "127.0.0.1:7777";

/// How the server is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build.
    Dev,
    /// To be shipped.
    Release,
}

/// Builds the server with the app that lies in `dist/` inside, and returns the binary.
///
/// # Errors
/// When it does not compile.
pub(crate) fn build(layout: &Layout, profile: Profile) -> Result<PathBuf> {
    let mut build = process::cargo();
    build.args(["build", "--locked", "--package", "lastmile"]).current_dir(layout.root());
    build.env("CARGO_TARGET_DIR", layout.target());
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            build.arg("--release");
            "release"
        }
    };
    process::run(&mut build).context("the server can't be built")?;
    Ok(layout.target().join(folder).join("lastmile"))
}

/// `lastmile serve` with the shipped runbooks and a data folder in the checkout.
pub(crate) fn serve(layout: &Layout, binary: PathBuf) -> Command {
    let mut serve = Command::new(binary);
    serve.args(["serve", "--listen", ADDRESS, "--data", "data", "--runbooks", "runbooks"]);
    serve.current_dir(layout.root());
    serve
}
