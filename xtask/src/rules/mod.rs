//! The rules that the compiler does not check: who may know whom, and what may stand only in one place.
//!
//! Each rule is a function from text to located findings, so that its tests can show it a violation. This module only
//! reads the files and says which rule applies where.

mod crates;
mod late;
mod modules;
mod scripts;
mod source;
mod style;

use crate::layout::Layout;
use crate::setup;
use anyhow::{Result, bail};
use std::fs;
use std::path::Path;

/// A violation: where it is and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    place: String,
    what: String,
}

impl Finding {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

/// Checks every rule, and reports all violations at once.
///
/// # Errors
/// When there is a violation, or a file can't be read.
pub(crate) fn check(layout: &Layout) -> Result<()> {
    let mut findings = crates::check(layout)?;
    findings.extend(late::check(layout.root())?);
    findings.extend(modules::check(layout.root())?);
    findings.extend(scripts::check(layout.root())?);
    findings.extend(style::check(layout.root())?);
    if let Err(why) = setup::wasm_bindgen_version(&fs::read_to_string(layout.root().join("Cargo.lock"))?) {
        findings.push(Finding::new("Cargo.lock", format!("{why:#}: the CLI can only fit one")));
    }
    for Finding { place, what } in &findings {
        println!("{place}: {what}");
    }
    match findings.len() {
        0 => Ok(()),
        count => bail!("{count} violations of the rules in docs/ARCHITECTURE.md"),
    }
}

/// The files with an extension below a folder, as (path from the root, text). A folder that is not there has none.
fn texts(root: &Path, folder: &str, extension: &str) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = folder.read_dir() else { continue };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == extension) {
                let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
                found.push((name, fs::read_to_string(&path)?));
            }
        }
    }
    found.sort();
    Ok(found)
}
