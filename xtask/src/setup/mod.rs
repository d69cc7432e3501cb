//! Set-up: everything that a command needs and a fresh machine lacks.
//!
//! Idempotent: what is there in a fitting version is used, wherever it comes from, and only what is missing is
//! installed: by the system's packages, by rustup, or built into the user's cache folder under a name with its
//! version. Each step says what it does and how long that may take before it begins.

mod browser;
mod components;
mod debian;
mod node;
mod tools;
mod wasm;
mod wasm_std;

use crate::layout::Layout;
use crate::{lock, process};
use anyhow::Result;
use std::env;
use std::path::PathBuf;
use std::process::Command;

pub(crate) use tools::wasm_bindgen_version;
pub(crate) use wasm::TARGET as WASM_TARGET;

/// What the set-up is for: `run` must not install what only tests need.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Build and serve.
    Run,
    /// Also lint, and drive a browser.
    Test,
}

/// The proof that set-up is done, and what it found.
pub(crate) struct Ready {
    toolchain: wasm::Toolchain,
    tools: Vec<PathBuf>,
    chromium: Option<PathBuf>,
}

/// Sets up whatever is missing.
///
/// # Errors
/// When something can't be installed; the message then says the one thing to do.
pub(crate) fn set_up(layout: &Layout, purpose: Purpose) -> Result<Ready> {
    let _held = lock::hold(layout.cache(), "setup.lock", "another set-up")?;
    debian::ensure(&missing_packages(purpose))?;
    let toolchain = wasm::choose(layout, purpose)?;
    let tools = tools::ensure(layout)?;
    let chromium = match purpose {
        Purpose::Run => None,
        Purpose::Test => {
            components::ensure_native()?;
            node::ensure_modules(&layout.e2e())?;
            Some(browser::find_chromium()?)
        }
    };
    Ok(Ready { toolchain, tools, chromium })
}

/// One list, so that one installation fetches all of it.
fn missing_packages(purpose: Purpose) -> Vec<&'static str> {
    let mut packages = Vec::new();
    // Bundled SQLite is C. The compiler itself is normally there: without one, Rust can't link this program.
    if process::find("cc").is_none() {
        packages.extend(["gcc", "libc6-dev"]);
    }
    // The allocator, C as well, brings its own makefile.
    if process::find("make").is_none() {
        packages.push("make");
    }
    if purpose == Purpose::Test {
        packages.extend(node::missing_packages());
        packages.extend(browser::missing_packages());
        // libFuzzer is C++.
        if process::find("c++").is_none() {
            packages.push("g++");
        }
        // Makes syncs fail.
        if process::find("strace").is_none() {
            packages.push("strace");
        }
    }
    packages
}

impl Ready {
    /// A command of the app's build: the right toolchain and tools first on PATH, the app's own target folder.
    pub(crate) fn app_command(&self, layout: &Layout, program: &str) -> Result<Command> {
        let mut path: Vec<PathBuf> = self.toolchain.bin().map(Into::into).into_iter().collect();
        path.extend(self.tools.iter().cloned());
        path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        let mut command = match program {
            "cargo" => self.toolchain.cargo(),
            other => Command::new(other),
        };
        self.toolchain.select(&mut command);
        command
            .env("PATH", env::join_paths(path)?)
            .env("CARGO_TARGET_DIR", layout.wasm_target())
            .current_dir(layout.root());
        Ok(command)
    }

    /// A name for the toolchain, so that a build by another one counts as out of date.
    pub(crate) fn toolchain_version(&self) -> Result<String> {
        self.toolchain.version()
    }

    /// The browser of the browser tests; `None` when set up only to run.
    pub(crate) fn chromium(&self) -> Option<&PathBuf> {
        self.chromium.as_ref()
    }
}

/// Tells what comes, and how long it may take, before it starts.
fn announce(what: &str, takes: &str) {
    println!("set-up: {what} (may take {takes} on 2 cores)");
}
