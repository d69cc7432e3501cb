//! `cargo xtask bench`: numbers worth watching.

use crate::layout::Layout;
use crate::server::{self, Profile};
use crate::setup::{self, Purpose};
use crate::{app, process, sizes};
use anyhow::{Context, Result, bail};
use std::process::Command;

/// What can be measured: the name, and what it tells.
const BENCHES: [(&str, &str); 8] = [
    ("sizes", "what a first visit downloads"),
    ("markdown", "text to painted page for 130 KB, beside marked, markdown-it and commonmark.js"),
    ("viewer", "a million lines live, beside xterm.js, react-logviewer and a bare `<pre>`"),
    ("start", "from request and click to the first byte of output, beside a plain spawn and one fdatasync"),
    ("ingest", "output into the indexed log, beside `cat > file` and rows of SQLite"),
    ("window", "200 lines anywhere in a log, over HTTP"),
    ("watch", "many watchers of one run; `watch 10000` for so many"),
    ("policy", "a decision with 1,000 policies and 10,000 people"),
];

/// Measures what is named, or lists what can be.
///
/// # Errors
/// When there is no such bench, or it fails.
pub(crate) fn bench(layout: &Layout, names: &[String]) -> Result<()> {
    let Some((name, more)) = names.split_first() else {
        println!("{}", list());
        return Ok(());
    };
    match name.as_str() {
        "sizes" if more.is_empty() => {
            let ready = setup::set_up(layout, Purpose::Run)?;
            app::build(layout, &ready)?;
            sizes::print(layout)
        }
        "markdown" if more.is_empty() => in_the_browser(layout, name, Profile::Dev),
        // Here the server's own work is part of what is measured.
        "viewer" if more.is_empty() => in_the_browser(layout, name, Profile::Release),
        "start" if more.is_empty() => {
            of_the_server(layout, names)?;
            in_the_browser(layout, name, Profile::Release)
        }
        "ingest" | "window" | "watch" | "policy" => of_the_server(layout, names),
        _ => bail!("there is no bench {:?}; there are:\n{}", names.join(" "), list()),
    }
}

/// Those that measure the app as it is shipped, in Chromium: `tests/e2e/bench/`.
fn in_the_browser(layout: &Layout, name: &str, profile: Profile) -> Result<()> {
    let ready = setup::set_up(layout, Purpose::Test)?;
    app::build(layout, &ready)?;
    let binary = server::build(layout, profile)?;
    let mut bench = Command::new("npm");
    bench.args(["run", "--silent", "bench", "--", &format!("{name}.bench.ts")]).current_dir(layout.e2e());
    bench
        .env("LASTMILE_BIN", binary)
        .env("CHROMIUM", ready.chromium().context("set-up for tests finds a browser")?);
    process::run(&mut bench)
}

/// Those that measure the real binary over HTTP: `server/benches/`.
fn of_the_server(layout: &Layout, names: &[String]) -> Result<()> {
    let mut bench = process::cargo();
    bench.args(["bench", "--locked", "--package", "lastmile", "--bench", "figures", "--"]).args(names);
    bench.current_dir(layout.root()).env("CARGO_TARGET_DIR", layout.target());
    process::run(&mut bench)
}

fn list() -> String {
    let line = |(name, what): &(&str, &str)| format!("{name:<9}{what}");
    BENCHES.iter().map(line).collect::<Vec<_>>().join("\n")
}
