//! Embeds the built app: writes a table of the files of `dist/`, which `src/http/assets.rs` includes.
//!
//! Where the app has not been built there is still a server: its table then holds one page that says so. So
//! `cargo check` and the server's tests never need the app. `LASTMILE_DIST` names another folder.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

const STUB: &str = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Lastmile</title>\n\
    <h1>The app is not built</h1>\n\
    <p>This server was compiled without it. <code>cargo xtask run</code> builds the app and a server with it inside.</p>\n</html>\n";

/// Trunk names a file by its content's hash: this many hexadecimal digits, leading zeros left out.
const HASH_DIGITS: std::ops::RangeInclusive<usize> = 10..=16;

fn main() -> Result<(), Box<dyn Error>> {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=LASTMILE_DIST");
    let dist = env::var_os("LASTMILE_DIST").map_or_else(|| manifest.join("../dist"), PathBuf::from);
    if !dist.exists() {
        // Cargo takes a watched path that does not exist for changed, and would compile the server each time.
        fs::create_dir_all(&dist)?;
    }
    println!("cargo::rerun-if-changed={}", dist.display());
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let built = dist.join("index.html").exists();
    let table = if built { table(&dist.canonicalize()?)? } else { stub(&out)? };
    fs::write(out.join("assets.rs"), table)?;
    Ok(())
}

fn stub(out: &Path) -> Result<String, Box<dyn Error>> {
    let folder = out.join("stub");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("index.html"), STUB)?;
    table(&folder)
}

/// The Rust source of the table, sorted by path.
fn table(dist: &Path) -> Result<String, Box<dyn Error>> {
    let mut source = String::from("&[\n");
    let mut files = Vec::new();
    list(dist, &mut files)?;
    files.sort();
    for file in files.iter().filter(|file| !is_compressed(file)) {
        let path = file.strip_prefix(dist)?.to_str().ok_or("a name in dist is not UTF-8")?;
        let name = path.rsplit('/').next().unwrap_or(path);
        let mut hasher = DefaultHasher::new();
        fs::read(file)?.hash(&mut hasher);
        writeln!(
            source,
            "Asset {{ path: {path:?}, content_type: {:?}, hash: \"{:016x}\", immutable: {}, raw: {}, br: {}, gz: {} }},",
            content_type(name),
            hasher.finish(),
            is_hashed(name),
            include(file),
            neighbour(file, "br"),
            neighbour(file, "gz"),
        )?;
    }
    source.push_str("]\n");
    Ok(source)
}

/// All files below a folder. Names with a dot in front are Trunk's working files.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// A compressed neighbour is another form of a file, not a file to be asked for.
fn is_compressed(file: &Path) -> bool {
    file.extension().is_some_and(|it| it == "br" || it == "gz") && file.with_extension("").exists()
}

fn include(file: &Path) -> String {
    format!("include_bytes!({file:?})")
}

fn neighbour(file: &Path, extension: &str) -> String {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    let path = PathBuf::from(name);
    if path.exists() { format!("Some({})", include(&path)) } else { "None".to_owned() }
}

/// `app-1f2e3d4c5b6a7988.js` and `app-1f2e3d4c5b6a7988_bg.wasm`: content never changes under such a name.
fn is_hashed(name: &str) -> bool {
    name.split('-').skip(1).any(|part| {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        HASH_DIGITS.contains(&digits) && part[digits..].starts_with(['.', '_'])
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
