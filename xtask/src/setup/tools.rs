//! The app's build tools, built from source once and kept by version: Trunk and the wasm-bindgen CLI.

use crate::layout::Layout;
use crate::process;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The last stable Trunk that the workspace's minimum Rust version can build.
const TRUNK: &str = "0.21.14";

struct Tool<'a> {
    program: &'a str,
    package: &'a str,
    version: &'a str,
    /// How to install it well.
    options: &'a [&'a str],
    takes: &'a str,
}

/// Makes sure of the tools and returns the folders to put on PATH.
///
/// # Errors
/// When one can't be built.
pub(super) fn ensure(layout: &Layout) -> Result<Vec<PathBuf>> {
    let bindgen = wasm_bindgen_version(&fs::read_to_string(layout.root().join("Cargo.lock"))?)?;
    let tools = [
        // Unoptimised it is built in a fifth of the time, and its own work takes no longer that anybody would notice.
        Tool {
            program: "trunk",
            package: "trunk",
            version: TRUNK,
            options: &["--locked", "--debug"],
            takes: "3 minutes",
        },
        // Its package's own lock file does not build, so without `--locked`.
        Tool {
            program: "wasm-bindgen",
            package: "wasm-bindgen-cli",
            version: &bindgen,
            options: &[],
            takes: "5 minutes",
        },
    ];
    tools.iter().filter_map(|tool| tool.ensure(layout.cache()).transpose()).collect()
}

/// The version of wasm-bindgen in the lock file, which is the one the CLI must have too.
///
/// # Errors
/// When there is none, or more than one.
pub(crate) fn wasm_bindgen_version(lock: &str) -> Result<String> {
    let mut versions = lock
        .split("[[package]]")
        .filter(|package| package.contains("name = \"wasm-bindgen\"\n"))
        .filter_map(|package| package.split("version = \"").nth(1)?.split('"').next());
    match (versions.next(), versions.next()) {
        (Some(only), None) => Ok(only.to_owned()),
        (None, _) => bail!("Cargo.lock has no wasm-bindgen"),
        (Some(one), Some(other)) => bail!("Cargo.lock has two versions of wasm-bindgen: {one} and {other}"),
    }
}

impl Tool<'_> {
    /// The folder to put on PATH; `None` when PATH has the tool already.
    fn ensure(&self, cache: &Path) -> Result<Option<PathBuf>> {
        let Tool { program, package, version, options, takes } = self;
        if self.fits(Path::new(program)) {
            return Ok(None);
        }
        let root = cache.join(format!("{package}-{version}"));
        let bin = root.join("bin");
        if !self.fits(&bin.join(program)) {
            super::announce(&format!("building {package} {version}"), takes);
            let mut install = process::cargo();
            install.args(["install", "--quiet", package, "--version", version]).args(*options);
            // Away from the checkout, whose settings are not meant for it.
            install.arg("--force").arg("--root").arg(&root).current_dir(cache).env_remove("CARGO_TARGET_DIR");
            process::run(&mut install)
                .with_context(|| format!("{package} {version} can't be built; is the network there?"))?;
        }
        Ok(Some(bin))
    }

    fn fits(&self, program: &Path) -> bool {
        let said = process::output(Command::new(program).arg("--version"));
        said.is_ok_and(|said| said.split_whitespace().nth(1) == Some(self.version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wasm_bindgen_version_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n\n\
                    [[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.99\"\n";
        assert_eq!(wasm_bindgen_version(lock).unwrap(), "0.2.130");
    }

    #[test]
    fn two_versions_of_wasm_bindgen_are_refused() {
        let one = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        let other = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.131\"\n";
        assert!(wasm_bindgen_version(&format!("{one}{other}")).is_err());
    }
}
