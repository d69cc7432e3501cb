//! The toolchain that builds the app: any Rust that has the wasm32 standard library.
//!
//! First choice is the user's own toolchain, if need be with rustup's help. Where neither has that library, Debian's
//! packages do: its compiler, for which `wasm_std` builds the library from the packaged source.

use super::{Purpose, components, debian, wasm_std};
use crate::layout::Layout;
use crate::process;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What the app is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Downloading the library is a matter of seconds; a mirror without it answers at once.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

/// A Rust that can build the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one on PATH, which also builds the rest.
    Own,
    /// Debian's, in `/usr/bin`.
    Debian,
}

/// Finds a toolchain for the app, or makes one.
///
/// # Errors
/// When there is none and none can be installed.
pub(super) fn choose(layout: &Layout, purpose: Purpose) -> Result<Toolchain> {
    let toolchain = if has_std(Path::new("rustc")) {
        Toolchain::Own
    } else if wasm_std::is_ready() {
        // Set up earlier: asking rustup again each time would only cost time.
        Toolchain::Debian
    } else if rustup_adds_std() {
        Toolchain::Own
    } else if debian::is_debian() {
        wasm_std::install(layout)?;
        Toolchain::Debian
    } else {
        bail!(
            "this Rust has no standard library for {TARGET}: install your distribution's, or Rust by rustup; then again"
        );
    };
    if purpose == Purpose::Test && toolchain == Toolchain::Debian {
        components::ensure_debian_clippy()?;
    }
    Ok(toolchain)
}

/// Whether a compiler has the standard library of the app's target.
pub(super) fn has_std(rustc: &Path) -> bool {
    library(rustc).is_ok_and(|folder| has_libstd(&folder))
}

/// Where a compiler looks for it.
pub(super) fn library(rustc: &Path) -> Result<PathBuf> {
    let mut ask = Command::new(rustc);
    ask.args(["--print", "target-libdir", "--target", TARGET]);
    if rustc.is_absolute() {
        // Rustup's libraries would otherwise be loaded into another compiler.
        ask.env_remove("LD_LIBRARY_PATH");
    }
    Ok(process::output(&mut ask)?.into())
}

fn has_libstd(folder: &Path) -> bool {
    let Ok(files) = folder.read_dir() else { return false };
    files.flatten().any(|file| {
        let name = file.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}

fn rustup_adds_std() -> bool {
    if process::find("rustup").is_none() {
        return false;
    }
    super::announce("adding the wasm32 standard library by rustup", "1 minute");
    let mut add = Command::new("rustup");
    add.args(["target", "add", TARGET]).env("RUSTUP_MAX_RETRIES", "0");
    match process::run_within(&mut add, RUSTUP_LIMIT) {
        Ok(()) => has_std(Path::new("rustc")),
        Err(why) => {
            println!("set-up: rustup can't: {why:#}");
            false
        }
    }
}

impl Toolchain {
    /// The folder that must come first on PATH.
    pub(super) fn bin(self) -> Option<&'static Path> {
        match self {
            Self::Own => None,
            Self::Debian => Some(Path::new("/usr/bin")),
        }
    }

    /// This toolchain's cargo.
    pub(super) fn cargo(self) -> Command {
        match self {
            Self::Own => process::cargo(),
            Self::Debian => Command::new("/usr/bin/cargo"),
        }
    }

    /// Makes a command, and the cargo that it may call in turn, use this toolchain.
    pub(super) fn select(self, command: &mut Command) {
        if self == Self::Debian {
            command
                .env("CARGO", "/usr/bin/cargo")
                .env("RUSTC", "/usr/bin/rustc")
                .env("RUSTDOC", "/usr/bin/rustdoc");
            // Left by rustup's cargo, which runs this program: they would pull its files into this toolchain.
            command.env_remove("RUSTUP_TOOLCHAIN").env_remove("LD_LIBRARY_PATH");
        }
    }

    /// The compiler's version with its commit.
    pub(super) fn version(self) -> Result<String> {
        let mut rustc = Command::new(self.bin().unwrap_or(Path::new("")).join("rustc"));
        self.select(&mut rustc);
        process::output(rustc.arg("--version"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_has_the_standard_library_only_if_it_holds_its_rlib() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!has_libstd(&folder.path().join("missing")));
        fs::write(folder.path().join("libcore-1.rlib"), "").unwrap();
        fs::write(folder.path().join("libstd-1.rmeta"), "").unwrap();
        assert!(!has_libstd(folder.path()));
        fs::write(folder.path().join("libstd-1.rlib"), "").unwrap();
        assert!(has_libstd(folder.path()));
    }
}
