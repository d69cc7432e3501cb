//! `cargo xtask bench`: numbers worth watching.

use crate::layout::Layout;
use crate::setup::{self, Purpose};
use crate::{app, sizes};
use anyhow::{Result, bail};

const BENCHES: &str = "sizes   what a first visit downloads";

/// Measures what is named, or lists what can be.
///
/// # Errors
/// When there is no such bench, or it fails.
pub(crate) fn bench(layout: &Layout, names: &[String]) -> Result<()> {
    match names {
        [] => {
            println!("{BENCHES}");
            Ok(())
        }
        [name] if name == "sizes" => {
            let ready = setup::set_up(layout, Purpose::Run)?;
            app::build(layout, &ready)?;
            sizes::print(layout)
        }
        _ => bail!("there is no bench {:?}; there are:\n{BENCHES}", names.join(" ")),
    }
}
