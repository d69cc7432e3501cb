//! `cargo xtask dist`: the one file to put on a machine.

use crate::layout::Layout;
use crate::server::{self, Profile};
use crate::setup::{self, Purpose};
use crate::{app, sizes};
use anyhow::Result;
use std::fs;

/// Builds the release binary with the compressed app inside, and says where it is.
///
/// # Errors
/// When set-up or a build fails.
pub(crate) fn dist(layout: &Layout) -> Result<()> {
    let ready = setup::set_up(layout, Purpose::Run)?;
    app::build(layout, &ready)?;
    println!("Building the server (may take 6 minutes the first time on 2 cores)");
    let binary = server::build(layout, Profile::Release)?;
    sizes::print(layout)?;
    let megabytes = fs::metadata(&binary)?.len().div_ceil(1_000_000);
    println!("{} ({megabytes} MB)", binary.display());
    Ok(())
}
