//! A disk whose syncs fail: strace makes them.

use std::path::Path;
use std::process::{Child, Command};

use serde_json::{Value, json};

use crate::harness::{Server, code, id, until};
use crate::machine::holder;

/// Makes syncs of a process that runs fail, until it is killed.
fn break_syncs(process: u32, folder: &Path, how: &[&str]) -> Child {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o"]).arg(folder.join("trace")).arg("-p").arg(process.to_string()).args(how);
    let tracer =
        strace.spawn().unwrap_or_else(|error| panic!("this test needs Debian's package strace: {error}"));
    until(|| is_traced(process).then_some(()));
    tracer
}

/// Whether all of its threads are.
fn is_traced(process: u32) -> bool {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap().flatten();
    let status =
        |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("status")).unwrap_or_default();
    tasks.map(status).all(|status| !status.contains("TracerPid:\t0"))
}

#[test]
fn when_the_record_can_not_be_synced_nothing_starts_and_what_runs_can_be_read_and_cancelled() {
    let mut server = Server::start();
    let side = server.folder.path().join("side");
    server.install_action("long", "", "echo ready; sleep 600");
    server.install_action("act", "", &format!("echo ran >> {}", side.display()));
    let mut ann = server.person("ann");
    let run = ann.press("long", "key-00000001");
    until(|| ann.log(&run).contains("ready").then_some(()));
    // From here on every sync of the server fails.
    let how = ["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO"];
    let mut tracer = break_syncs(server.pid(), server.folder.path(), &how);
    let (status, refusal) = ann.post("/runs", &ann.request("act", "key-00000002"));
    assert_eq!((status, code(&refusal)), (503, "cannot_record"), "{refusal}");
    assert_eq!(ann.get(&format!("/runs/{}", id(&run))).0, 200);
    assert_eq!(ann.post(&format!("/runs/{}/cancel", id(&run)), &json!({})).0, 200);
    let exit = server.folder.path().join("data/runs").join(id(&run)).join("exit");
    until(|| exit.exists().then_some(()));
    tracer.kill().unwrap();
    tracer.wait().unwrap();
    // The disk is well again: the end is recorded, and what was refused has left nothing.
    ann.until_state(&run, "cancelled");
    assert!(!side.exists());
    server.kill();
    server.restart();
    ann.url = server.nobody().url;
    assert_eq!(ann.get(&format!("/runs/{}", id(&run))).1["summary"]["state"], "cancelled");
    ann.until_state(&ann.press("act", "key-00000003"), "succeeded");
    assert_eq!(std::fs::read_to_string(side).unwrap(), "ran\n");
}

#[test]
fn a_log_that_could_not_be_synced_is_said_not_to_be_durable() {
    let mut server = Server::start();
    let go = server.folder.path().join("go");
    server.install_action(
        "act",
        "",
        &format!("echo out; while [ ! -e {} ]; do sleep 0.02; done", go.display()),
    );
    let mut ann = server.person("ann");
    let run = ann.press("act", "key-00000001");
    let dir = server.folder.path().join("data/runs").join(id(&run));
    until(|| ann.log(&run).contains("out").then_some(()));
    // Only the log's own sync fails, and only the first time.
    let log = dir.join("log").display().to_string();
    let how = ["-P", &log, "-e", "trace=fsync", "-e", "inject=fsync:error=EIO:when=1"];
    let process = u32::try_from(holder(&dir).unwrap()).unwrap();
    let mut tracer = break_syncs(process, server.folder.path(), &how);
    std::fs::write(go, "").unwrap();
    let told = |run: &Value| run["summary"]["outcome"]["message"].as_str().unwrap_or_default().to_owned();
    let ended = ann.until_state(&run, "succeeded");
    assert!(told(&ended).contains("could not be synced"), "{ended}");
    tracer.wait().unwrap();
    server.kill();
    server.restart();
    ann.url = server.nobody().url;
    assert!(told(&ann.until_state(&run, "succeeded")).contains("could not be synced"));
}

#[test]
fn a_sync_that_failed_while_the_script_ran_is_not_made_good_by_those_that_succeed_later() {
    let mut server = Server::start();
    let go = server.folder.path().join("go");
    let script = format!("echo out; while [ ! -e {} ]; do sleep 0.02; done; seq 1 200000", go.display());
    server.install_action("act", "output: 200kB", &script);
    let mut ann = server.person("ann");
    let run = ann.press("act", "key-00000001");
    let dir = server.folder.path().join("data/runs").join(id(&run));
    until(|| ann.log(&run).contains("out").then_some(()));
    // The first one is due when the log's middle has to go; those of log, index and exit come after it.
    let how = ["-e", "trace=fsync", "-e", "inject=fsync:error=EIO:when=1"];
    let process = u32::try_from(holder(&dir).unwrap()).unwrap();
    let mut tracer = break_syncs(process, server.folder.path(), &how);
    std::fs::write(go, "").unwrap();
    ann.until_state(&run, "succeeded");
    tracer.wait().unwrap();
    let exit: Value = serde_json::from_slice(&std::fs::read(dir.join("exit")).unwrap()).unwrap();
    assert_eq!(exit["durable"], false, "{exit}");
    // No byte is in neither, and none in both. (A line of Lastmile's own begins a new line where the script's is cut.)
    let log = ann.log(&run);
    let kept: String = log.split_inclusive('\n').filter(|line| !line.starts_with("lastmile: ")).collect();
    let written: String =
        std::iter::once("out\n".to_owned()).chain((1..=200_000).map(|n| format!("{n}\n"))).collect();
    let kept = if written.starts_with(&kept) { &kept } else { kept.strip_suffix('\n').unwrap() };
    assert!(written.starts_with(kept), "{kept}");
    let left_out = exit["left_out_bytes"].as_u64().unwrap();
    assert_eq!(kept.len() as u64 + left_out, written.len() as u64, "{exit}");
    server.kill();
    server.restart();
    ann.url = server.nobody().url;
    let (_, told) = ann.get(&format!("/runs/{}", id(&run)));
    assert!(
        told["summary"]["outcome"]["message"].as_str().unwrap_or_default().contains("could not be synced"),
        "{told}"
    );
    assert_eq!(ann.log(&run), log);
}
