//! `cargo xtask fuzz NAME [SECONDS]`: the fuzz targets, by the compiler that everything else is built with.
//!
//! libFuzzer needs the compiler's coverage counters, which any release of it makes; its sanitizers, which only a nightly one
//! offers, look for mistakes of unsafe code, and what is fuzzed has none. The folders are laid out as cargo-fuzz lays them
//! out, so `cargo +nightly fuzz run` works there too.

use crate::layout::Layout;
use crate::process;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// What can be fuzzed: the name, the folder of its package, and where files to begin with stand.
const TARGETS: [Target; 2] = [
    Target {
        name: "parse",
        package: "runbook/fuzz",
        seeds: &["runbooks", "runbook/tests", "../shared/corpora"],
    },
    Target { name: "terminal", package: "fuzz", seeds: &["src/log/ansi/fixtures"] },
];

/// Seconds that show whether a target still works.
const SMOKE_S: u64 = 10;

/// Longest input that is tried, in bytes: everything that the parsers tell apart fits well within it.
const LONGEST: usize = 4096;

/// Counters for each edge and comparison, where libFuzzer looks for them.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Ccodegen-units=1";

struct Target {
    name: &'static str,
    package: &'static str,
    seeds: &'static [&'static str],
}

/// Fuzzes the target that is named, for so many seconds.
///
/// # Errors
/// When there is no such target, or it finds something: the input then lies where it says.
pub(crate) fn fuzz(layout: &Layout, args: &[String]) -> Result<()> {
    let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
    let usage = || format!("cargo xtask fuzz {} [SECONDS]", names.join("|"));
    let (name, seconds) = match args {
        [name] => (name, SMOKE_S),
        [name, seconds] => {
            (name, seconds.parse().with_context(|| format!("{seconds:?} is no number; {}", usage()))?)
        }
        _ => bail!("{}", usage()),
    };
    let target = TARGETS.iter().find(|target| target.name == name);
    target.with_context(|| format!("there is no target {name:?}; {}", usage()))?.run(layout, seconds)
}

/// Fuzzes each target for a moment, so that none stops working unseen.
///
/// # Errors
/// When one does not build, or finds something.
pub(crate) fn smoke(layout: &Layout) -> Result<()> {
    TARGETS.iter().try_for_each(|target| target.run(layout, SMOKE_S))
}

impl Target {
    fn run(&self, layout: &Layout, seconds: u64) -> Result<()> {
        let folder = layout.target().join("fuzz");
        let binary = self.build(layout, &folder)?;
        let (corpus, found) = (folder.join("corpus").join(self.name), folder.join("found").join(self.name));
        for folder in [&corpus, &found] {
            fs::create_dir_all(folder).with_context(|| format!("can't create {}", folder.display()))?;
        }
        let seeds =
            self.seeds.iter().map(|folder| layout.root().join(folder)).filter(|folder| folder.is_dir());
        let mut fuzz = Command::new(binary);
        let seed = SystemTime::now().duration_since(UNIX_EPOCH)?.subsec_nanos();
        println!("{}: {seconds} s from seed {seed}", self.name);
        fuzz.args([
            format!("-max_total_time={seconds}"),
            format!("-seed={seed}"),
            format!("-max_len={LONGEST}"),
        ]);
        fuzz.args([
            "-timeout=5",
            "-rss_limit_mb=1024",
            "-print_final_stats=1",
            "-verbosity=1",
            "-close_fd_mask=0",
        ]);
        fuzz.arg(format!("-artifact_prefix={}/", found.display())).arg(&corpus).args(seeds);
        // It tells of every input that reaches new code; what counts stands at the end.
        let told = folder.join(format!("{}.log", self.name));
        let log = File::create(&told).with_context(|| format!("can't write {}", told.display()))?;
        let ended = process::run(fuzz.stderr(log));
        let told = fs::read_to_string(told)?;
        let last: Vec<&str> = if ended.is_err() { end_of(&told).collect() } else { figures(&told).collect() };
        println!("{}", last.join("\n"));
        ended
    }

    fn build(&self, layout: &Layout, folder: &Path) -> Result<PathBuf> {
        let host = host()?;
        let mut build = process::cargo();
        // Named, the target keeps the flags from build scripts and macros.
        build.args(["build", "--quiet", "--locked", "--release", "--target", &host, "--manifest-path"]);
        build.arg(layout.root().join(self.package).join("Cargo.toml")).current_dir(layout.root());
        build.env("CARGO_TARGET_DIR", folder).env("RUSTFLAGS", COVERAGE);
        process::run(&mut build)?;
        Ok(folder.join(host).join("release").join(self.name))
    }
}

/// How much was tried, and at what cost.
fn figures(told: &str) -> impl Iterator<Item = &str> {
    told.lines().filter(|line| line.starts_with("stat::"))
}

/// What was found, with the input that shows it: libFuzzer tells it last.
fn end_of(told: &str) -> impl Iterator<Item = &str> {
    told.lines().skip(told.lines().count().saturating_sub(60))
}

/// The compiler's own platform.
fn host() -> Result<String> {
    let said = process::output(Command::new("rustc").arg("-vV"))?;
    let line = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("`rustc -vV` names no host")?.to_owned())
}
