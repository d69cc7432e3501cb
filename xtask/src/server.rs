//! The server as the commands build and start it.

use crate::layout::Layout;
use crate::process;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// Where a person finds the server that `run` and `dev` start.
const ADDRESS: &str = "127.0.0.1:7777";

/// What a checkout is served with.
const DEFAULTS: [(&str, &str); 3] = [("--listen", ADDRESS), ("--data", "data"), ("--runbooks", "runbooks")];

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

/// `lastmile serve` with the shipped runbooks and a data folder in the checkout, unless `args` say otherwise.
pub(crate) fn serve(layout: &Layout, binary: PathBuf, args: &[String]) -> Command {
    let mut serve = Command::new(binary);
    serve.arg("serve").current_dir(layout.root());
    for (option, value) in DEFAULTS {
        if !args.iter().any(|arg| names(arg, option)) {
            serve.args([option, value]);
        }
    }
    serve.args(args);
    serve
}

/// Whether an argument is that option, with or without its value behind a `=`.
fn names(arg: &str, option: &str) -> bool {
    arg.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_of_the_caller_replaces_the_default() {
        let layout = Layout::find().unwrap();
        let args = ["--listen=127.0.0.1:0".to_owned(), "--data".to_owned(), "elsewhere".to_owned()];
        let serve = serve(&layout, "lastmile".into(), &args);
        let words: Vec<_> = serve.get_args().map(|arg| arg.to_string_lossy()).collect();
        assert_eq!(words, ["serve", "--runbooks", "runbooks", "--listen=127.0.0.1:0", "--data", "elsewhere"]);
    }
}
