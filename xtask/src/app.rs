//! The app's production build: Trunk to `dist/`, then one stylesheet, then compressed neighbours of every file.
//!
//! `run`, `test` and `dist` all use this one build, so what was tested is what is shipped.

use crate::layout::Layout;
use crate::setup::Ready;
use crate::{compress, lock, process, stylesheet};
use anyhow::{Context, Result};
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::time::{Instant, SystemTime};

/// The cargo profile of the app, in the root `Cargo.toml`.
const PROFILE: &str = "app";

/// Everything that the built app depends on; folders with all that is in them.
const INPUTS: [&str; 16] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "build.rs",
    "index.html",
    "protocol/Cargo.toml",
    "protocol/src",
    "public",
    "runbook/Cargo.toml",
    "runbook/src",
    "src",
    "style",
    "xtask/src/app.rs",
    "xtask/src/compress.rs",
    "xtask/src/stylesheet.rs",
];

/// Builds the app, unless it was built from just these files by just this compiler.
///
/// # Errors
/// When Trunk fails; it has then said why.
pub(crate) fn build(layout: &Layout, ready: &Ready) -> Result<()> {
    let _held = lock::hold(&layout.wasm_target(), "app.lock", "another build of the app")?;
    let stamp = layout.wasm_target().join("app.stamp");
    // Taken before the build: an edit in mid-build must count as not yet built.
    let inputs = format!("{:016x} {}", fingerprint(layout.root(), &INPUTS)?, ready.toolchain_version()?);
    let built =
        layout.dist().join("index.html").exists() && fs::read_to_string(&stamp).is_ok_and(|it| it == inputs);
    if built {
        return Ok(());
    }
    println!("Building the app (may take 4 minutes the first time on 2 cores, 1 after an edit)");
    let started = Instant::now();
    // Trunk works offline, so that it never downloads tools; the crates must be there before.
    process::run(ready.app_command(layout, "cargo")?.args(["fetch", "--quiet", "--locked"]))?;
    let mut trunk = ready.app_command(layout, "trunk")?;
    trunk.args(["build", "--release", "--cargo-profile", PROFILE, "--locked", "--skip-version-check"]);
    // Trunk understands NO_COLOR only as `true` or `false`, where the convention is any value.
    trunk.env_remove("NO_COLOR").env("RUST_LIB_BACKTRACE", "0").args(["--log", "warn"]);
    process::run(&mut trunk).context("the app can't be built")?;
    stylesheet::join(&layout.dist())?;
    compress::neighbours(&layout.dist())?;
    fs::write(&stamp, inputs)?;
    println!("Built the app in {} s", started.elapsed().as_secs());
    Ok(())
}

/// Changes whenever a file among the inputs is edited, added, moved or removed.
fn fingerprint(root: &Path, inputs: &[&str]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for input in inputs {
        add(&root.join(input), &mut hasher).with_context(|| format!("can't read {input}"))?;
    }
    Ok(hasher.finish())
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    path.hash(hasher);
    let about = fs::metadata(path)?;
    if !about.is_dir() {
        about.len().hash(hasher);
        let age = about.modified()?.duration_since(SystemTime::UNIX_EPOCH)?;
        age.hash(hasher);
        return Ok(());
    }
    let mut entries = path.read_dir()?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| add(entry, hasher))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_added_an_edited_and_a_removed_file_each_make_the_app_out_of_date() {
        let root = tempfile::tempdir().unwrap();
        let file = |name: &str| root.path().join("src").join(name);
        let now = || fingerprint(root.path(), &["src"]).unwrap();
        fs::create_dir(root.path().join("src")).unwrap();
        fs::write(file("main.rs"), "fn main() {}").unwrap();
        let first = now();
        assert_eq!(first, now());
        fs::write(file("api.rs"), "").unwrap();
        let added = now();
        assert_ne!(first, added);
        fs::write(file("api.rs"), "//! The client.").unwrap();
        assert_ne!(added, now());
        fs::remove_file(file("api.rs")).unwrap();
        assert_eq!(first, now());
    }

    #[test]
    fn every_input_of_the_app_exists() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        assert_eq!(INPUTS.iter().find(|input| !root.join(input).exists()), None);
    }
}
