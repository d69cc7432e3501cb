//! A client that hangs up while its request is under way.

use std::io::Write as _;
use std::net::TcpStream;
use std::process::{Command, Stdio};

use crate::harness::{Person, Server, id, until};
use crate::machine::Record;

/// Makes every sync of that process take so many microseconds, until it is killed.
fn slow_syncs(process: u32, micros: u32) -> std::process::Child {
    let inject = format!("inject=fsync,fdatasync:delay_enter={micros}");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", &inject]);
    let tracer = strace.arg("-p").arg(process.to_string()).stderr(Stdio::null()).spawn();
    let tracer = tracer.unwrap_or_else(|error| panic!("this test needs Debian's package strace: {error}"));
    let status = || std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    until(|| (!status().contains("TracerPid:\t0")).then_some(()));
    tracer
}

/// Sends the request and leaves while the server is in the middle of it.
fn ask_and_leave(ann: &Person, body: &str, in_the_middle: impl FnMut() -> Option<()>) {
    let address = ann.url.strip_prefix("http://").unwrap().strip_suffix("/api/v1").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /api/v1/runs HTTP/1.1\r\nHost: {address}\r\nCookie: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        ann.cookie.as_deref().unwrap(),
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    until(in_the_middle);
}

#[test]
fn what_it_asked_for_is_started_all_the_same_and_once() {
    let mut server = Server::start();
    let side = server.folder.path().join("side");
    server.install_action("act", "", &format!("echo ran >> {}", side.display()));
    let mut ann = server.person("ann");
    let request = ann.request("act", "key-00000001");
    // A revision is kept with the first run: the sync that follows is that of the run itself.
    ann.until_state(&ann.post("/runs", &ann.request("act", "key-00000000")).1, "succeeded");
    let mut record = Record::open(&server.folder.path().join("data"));
    let written = || std::fs::metadata(server.folder.path().join("data/lastmile.sqlite-wal")).unwrap().len();
    let before = written();
    let mut tracer = slow_syncs(server.pid(), 500_000);
    // Its run is in the record's journal, and not on the disk yet.
    ask_and_leave(&ann, &request.to_string(), || (written() > before).then_some(()));
    let run = until(|| record.run_of_key("key-00000001"));
    tracer.kill().unwrap();
    tracer.wait().unwrap();
    until(|| (record.state(&run)? == "succeeded").then_some(()));
    assert_eq!(std::fs::read_to_string(&side).unwrap(), "ran\nran\n");
    record.close();
    server.kill();
    server.restart();
    ann.url = server.nobody().url;
    let (status, again) = ann.post("/runs", &request);
    assert_eq!((status, id(&again), &again["summary"]["state"]), (200, run.as_str(), &"succeeded".into()));
}
