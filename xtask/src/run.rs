//! `cargo xtask run`: from nothing to a server with the demo.

use crate::layout::Layout;
use crate::server::{self, Profile};
use crate::setup::{self, Purpose};
use crate::{app, process};
use anyhow::{Context, Result};
use std::os::unix::process::CommandExt;

/// Sets up, builds, and becomes the server: a signal sent to this process reaches it.
///
/// # Errors
/// When set-up or a build fails. Returns only then.
pub(crate) fn run(layout: &Layout, args: &[String]) -> Result<()> {
    let ready = setup::set_up(layout, Purpose::Run)?;
    app::build(layout, &ready)?;
    let binary = server::build(layout, Profile::Dev)?;
    let mut serve = server::serve(layout, binary, args);
    let failure = serve.exec();
    Err(failure).with_context(|| format!("could not start {}", process::shown(&serve)))
}
