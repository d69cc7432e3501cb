//! `cargo xtask dev`: the server, and beside it Trunk, which rebuilds the app and reloads the page on every edit.

use crate::layout::Layout;
use crate::process;
use crate::server::{self, Profile};
use crate::setup::{self, Purpose};
use anyhow::{Context, Result};
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

/// Where the page with reload is; Trunk passes `/api` on to the server.
const ORIGIN: &str = "http://127.0.0.1:8080";

/// Neither child tells when the other ends, so they are looked at this often.
const LOOK: Duration = Duration::from_millis(200);

/// Runs both until one ends; then the other is ended too. Ctrl-C reaches both by the terminal.
///
/// # Errors
/// When one can't be built or started, or ends with a failure.
pub(crate) fn dev(layout: &Layout) -> Result<()> {
    let ready = setup::set_up(layout, Purpose::Run)?;
    process::run(ready.app_command(layout, "cargo")?.args(["fetch", "--quiet", "--locked"]))?;
    let binary = server::build(layout, Profile::Dev)?;
    // Trunk's proxy drops the port from `Host`, so the server must be told whose requests are its own app's.
    let serve = server::serve(layout, binary, &["--dev-origin".to_owned(), ORIGIN.to_owned()]);
    let mut trunk = ready.app_command(layout, "trunk")?;
    trunk.args(["serve", "--skip-version-check", "--dist"]).arg(layout.wasm_target().join("dev-dist"));
    trunk.env_remove("NO_COLOR");
    println!("The app with reload: {ORIGIN}");
    let mut server = Running::start(serve)?;
    let mut trunk = Running::start(trunk)?;
    loop {
        for child in [&mut server, &mut trunk] {
            if let Some(status) = child.process.try_wait()? {
                return process::check(&child.command, status);
            }
        }
        thread::sleep(LOOK);
    }
}

/// A child that does not outlive this value.
struct Running {
    command: Command,
    process: Child,
}

impl Running {
    fn start(mut command: Command) -> Result<Self> {
        let process =
            command.spawn().with_context(|| format!("could not start {}", process::shown(&command)))?;
        Ok(Self { command, process })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already ended: nothing to do, and nobody left to tell.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
