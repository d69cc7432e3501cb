//! Keeps the `target_features` section in the app's wasm.
//!
//! The app's profile strips the file for size. wasm-bindgen reads that section to know which instructions it may
//! write; without it the page fails at start-up.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let arch = std::env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    if arch == "wasm32" {
        println!("cargo::rustc-link-arg-bins=--keep-section=target_features");
    }
}
