//! Output of every kind and size leaves the memory of both processes flat.

use lastmile_runbook::digest::sha256_hex;
use serde_json::Value;

use crate::harness::{Server, id, until};

const MOST_GROWTH: u64 = 64 * 1024 * 1024;

/// The most bytes that a process ever had resident.
fn peak(pid: u64) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

#[test]
fn floods_long_lines_and_bytes_of_any_kind_are_kept_whole_in_flat_memory() {
    let server = Server::start();
    let (side, go) = (server.folder.path().join("side"), server.folder.path().join("go"));
    let write = [
        "yes | head -c 8000000",
        "head -c 100000000 /dev/zero | tr '\\0' x",
        "echo",
        "head -c 2000000 /dev/urandom",
        "head -c 300000 /dev/zero",
        "printf 'no line end'",
    ]
    .join("; ");
    let script = format!(
        "{{ {write}; }} | tee {}\nwhile [ ! -e {} ]; do sleep 0.05; done",
        side.display(),
        go.display()
    );
    server.install_action("flood", "", &script);
    let ann = server.person("ann");
    let before = peak(u64::from(server.pid()));
    let run = ann.press("flood", "key-00000001");
    let dir = server.folder.path().join("data/runs").join(id(&run));
    let process: Value = until(|| serde_json::from_slice(&std::fs::read(dir.join("process")).ok()?).ok());
    let is_through =
        || std::fs::metadata(dir.join("log")).ok().filter(|log| log.len() >= 110_300_011).map(drop);
    until(|| {
        // As a watcher would, all the while.
        ann.get(&format!("/runs/{}/log?first=3999000", id(&run)));
        is_through()
    });
    let (mut count, mut after) = (0, 0);
    loop {
        let (_, found) = ann.get(&format!("/runs/{}/log/search?q=no+line+end&after={after}", id(&run)));
        (count, after) = (count + found["count"].as_u64().unwrap(), found["searched"].as_u64().unwrap());
        if found["searched"] == found["of"] {
            break;
        }
    }
    assert_eq!(count, 1);
    let growth = peak(u64::from(server.pid())) - before;
    assert!(growth <= MOST_GROWTH, "the server grew by {growth} bytes");
    let whole = peak(process["pid"].as_u64().unwrap());
    assert!(whole <= MOST_GROWTH, "the per-run process had {whole} bytes");
    std::fs::write(go, "").unwrap();
    ann.until_state(&run, "succeeded");
    let (side, log) = (std::fs::read(side).unwrap(), std::fs::read(dir.join("log")).unwrap());
    assert_eq!(sha256_hex(&side), sha256_hex(&log));
}

/// So much, in lines of 200 bytes: ten million.
const TWO_GIGABYTES: u64 = 2_000_000_000;

#[test]
fn two_gigabytes_are_kept_whole_in_flat_memory_while_somebody_watches() {
    // Where temporary files lie may be memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let wide = "[targets.wide]\nenvironment = \"qa\"\noutput = 4000000000\n";
    let server = Server::start_in(folder, wide, &[]);
    let go = server.folder.path().join("go");
    let script = format!(
        "yes {} | head -c {TWO_GIGABYTES}\nwhile [ ! -e {} ]; do sleep 0.05; done",
        "x".repeat(199),
        go.display()
    );
    server.install_action("flood", "target: wide", &script);
    let ann = server.person("ann");
    let before = peak(u64::from(server.pid()));
    let begun = std::time::Instant::now();
    let run = ann.press("flood", "key-00000001");
    let dir = server.folder.path().join("data/runs").join(id(&run));
    let process: Value = until(|| serde_json::from_slice(&std::fs::read(dir.join("process")).ok()?).ok());
    let mut watched = 0;
    while std::fs::metadata(dir.join("log")).map_or(0, |log| log.len()) < TWO_GIGABYTES {
        // The newest lines, as they come.
        let (_, window) = ann.get(&format!("/runs/{}/log?first={watched}", id(&run)));
        watched = window["head"]["lines"].as_u64().unwrap().max(watched + 200) - 200;
    }
    println!("2 GB took {:.1} s", begun.elapsed().as_secs_f64());
    let growth = peak(u64::from(server.pid())) - before;
    let whole = peak(process["pid"].as_u64().unwrap());
    println!("the server grew by {growth} bytes, the per-run process had {whole}");
    assert!(growth <= MOST_GROWTH, "the server grew by {growth} bytes");
    assert!(whole <= MOST_GROWTH, "the per-run process had {whole} bytes");
    std::fs::write(go, "").unwrap();
    let ended = ann.until_state(&run, "succeeded");
    assert_eq!(ended["log"]["bytes"], TWO_GIGABYTES, "{ended}");
    assert_eq!(ended["log"]["lines"], TWO_GIGABYTES / 200);
    let (_, last) = ann.get(&format!("/runs/{}/log?first={}", id(&run), TWO_GIGABYTES / 200 - 1));
    assert_eq!(last["lines"][0]["text"], "x".repeat(199));
}
