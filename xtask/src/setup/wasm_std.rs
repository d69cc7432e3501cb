//! The wasm32 standard library for Debian's compiler, built from the packaged source.
//!
//! Debian 12 packages no such library for its current Rust, but the compiler, its source and the linker. The built
//! files are kept in the cache under the package's version, and copied to where that compiler looks for them.

use super::{debian, wasm};
use crate::layout::Layout;
use crate::process;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const RUSTC: &str = "/usr/bin/rustc";
const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];

/// Says which version of the package the copied files were built for: an upgrade must not go on with the old ones.
const STAMP: &str = "built-for";

/// Whether Debian's compiler is there with a library of its own version.
pub(super) fn is_ready() -> bool {
    let Some(version) = debian::version(PACKAGES[0]) else { return false };
    let rustc = Path::new(RUSTC);
    let built_for = wasm::library(rustc).and_then(|folder| Ok(fs::read_to_string(folder.join(STAMP))?));
    wasm::has_std(rustc) && built_for.is_ok_and(|built_for| built_for.trim() == version) && has_linker()
}

/// Installs Debian's compiler and builds its wasm32 standard library.
///
/// # Errors
/// When packages can't be installed, or are older than the workspace needs.
pub(super) fn install(layout: &Layout) -> Result<()> {
    debian::ensure(&PACKAGES)?;
    if !has_linker() {
        debian::ensure(&[&linker_package()?])?;
    }
    require_rust_version(layout.root())?;
    let version = debian::version(PACKAGES[0]).context("rustc-web was just installed")?;
    let kept = layout.cache().join(format!("wasm-std-{version}"));
    if !kept.exists() {
        super::announce(&format!("building the wasm32 standard library of Rust {version}"), "2 minutes");
        build(layout.cache(), &kept)?;
    }
    copy_into_sysroot(&kept, &version)
}

/// The `rust-lld` of `rust-web-llvm` is a link to a program of another package.
fn has_linker() -> bool {
    Path::new("/usr/bin/rust-lld").exists()
}

/// `lld-22` for a compiler with LLVM 22.
fn linker_package() -> Result<String> {
    let about = process::output(Command::new(RUSTC).arg("-vV").env_remove("LD_LIBRARY_PATH"))?;
    llvm_major(&about).map(|major| format!("lld-{major}")).context("rustc -vV names no LLVM version")
}

fn llvm_major(about: &str) -> Option<&str> {
    about.lines().find_map(|line| line.strip_prefix("LLVM version: "))?.split('.').next()
}

/// Compares with the workspace's `rust-version`, to fail with something to do instead of in mid-build.
fn require_rust_version(root: &Path) -> Result<()> {
    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    let needed = quoted_value(&manifest, "rust-version").context("Cargo.toml has no rust-version")?;
    let said = process::output(Command::new(RUSTC).arg("-V").env_remove("LD_LIBRARY_PATH"))?;
    let there = said.split_whitespace().nth(1).unwrap_or_default();
    if numbers(there) < numbers(needed) {
        bail!(
            "Debian's rustc-web is {there}, the app needs {needed}: add bookworm-security to the package sources"
        );
    }
    Ok(())
}

fn quoted_value<'a>(toml: &'a str, key: &str) -> Option<&'a str> {
    toml.lines().find_map(|line| line.strip_prefix(key)?.trim().strip_prefix('=')?.trim().split('"').nth(1))
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map_while(|number| number.parse().ok()).collect()
}

/// Compiles an empty crate together with the standard library, and keeps the library's files.
fn build(cache: &Path, kept: &Path) -> Result<()> {
    let project = cache.join("wasm-std-build");
    fs::create_dir_all(project.join("src"))?;
    fs::write(project.join("Cargo.toml"), "[package]\nname = \"empty\"\nedition = \"2024\"\n[workspace]\n")?;
    fs::write(project.join("src/lib.rs"), "")?;
    let mut cargo = Command::new("/usr/bin/cargo");
    wasm::Toolchain::Debian.select(&mut cargo);
    cargo
        .args(["build", "--quiet", "--release", "-Zbuild-std=std,panic_abort", "--target", wasm::TARGET])
        .current_dir(&project)
        .env("CARGO_TARGET_DIR", project.join("target"))
        // The nightly-only option is allowed for this one compiler run.
        .env("RUSTC_BOOTSTRAP", "1")
        // Without bitcode, link-time optimisation of the app fails.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    process::run(&mut cargo).context("the wasm32 standard library can't be built")?;
    keep_libraries(&project.join("target").join(wasm::TARGET).join("release/deps"), kept)?;
    Ok(fs::remove_dir_all(&project)?)
}

/// Copies what was built, all or nothing: the folder gets its name last.
fn keep_libraries(built: &Path, kept: &Path) -> Result<()> {
    let unfinished = kept.with_added_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    fs::create_dir_all(&unfinished)?;
    for library in libraries(built)? {
        let name = library.file_name().context("a listed file has a name")?;
        fs::copy(&library, unfinished.join(name))?;
    }
    Ok(fs::rename(&unfinished, kept)?)
}

/// All `.rlib` files but the empty crate's own.
fn libraries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            found.push(path);
        }
    }
    Ok(found)
}

fn copy_into_sysroot(kept: &Path, version: &str) -> Result<()> {
    let folder = wasm::library(Path::new(RUSTC))?;
    let (folder, kept) = (folder.display(), kept.display());
    let script = format!(
        "set -eu; rm -rf '{folder}'; mkdir -p '{folder}'; cp '{kept}'/*.rlib '{folder}'; echo '{version}' >'{folder}/{STAMP}'"
    );
    process::run(&mut debian::as_root(&script)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linker_s_package_follows_the_compiler_s_llvm() {
        assert_eq!(llvm_major("rustc 1.96.0\nrelease: 1.96.0\nLLVM version: 22.1.8\n"), Some("22"));
        assert_eq!(llvm_major("rustc 1.96.0"), None);
    }

    #[test]
    fn versions_compare_by_number_not_by_text() {
        assert!(numbers("1.100.0") > numbers("1.95"));
        assert!(numbers("1.85.0") < numbers("1.95"));
        assert!(numbers("1.95.0") >= numbers("1.95"));
        assert_eq!(
            quoted_value("[workspace.package]\nrust-version = \"1.95\"\n", "rust-version"),
            Some("1.95")
        );
    }

    #[test]
    fn only_the_standard_library_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (built, kept) = (folder.path().join("built"), folder.path().join("kept"));
        fs::create_dir(&built).unwrap();
        for name in ["libstd-1.rlib", "libstd-1.rmeta", "libempty-2.rlib", "std-1.d"] {
            fs::write(built.join(name), name).unwrap();
        }
        keep_libraries(&built, &kept).unwrap();
        let names: Vec<_> = kept.read_dir().unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(names, ["libstd-1.rlib"]);
    }
}
