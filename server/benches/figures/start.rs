//! From the request to the first byte of output, beside what no design can be quicker than.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::figures::Delays;
use crate::server::Server;
use crate::stream::Stream;

const RUNS: usize = 500;
const TRACED: usize = 20;
const SCRIPT: &str = "echo first-byte";

pub(crate) fn bench() {
    let server = Server::start(SCRIPT);
    let mut client = server.client();
    let mut states = Stream::open(&server, "runbook=bench");
    let [mut answered, mut delays, mut floor, mut files] = [const { Vec::new() }; 4];
    for key in 0..RUNS {
        let request = server.request(&mut client, key);
        let began = Instant::now();
        let run = client.post("/runs", &request);
        answered.push(began.elapsed());
        let id = run["summary"]["id"].as_str().unwrap();
        Stream::open(&server, &format!("run={id}")).until("\"text\":\"first-byte\"");
        delays.push(began.elapsed());
        states.until(&format!("\"id\":\"{id}\",\"state\":\"succeeded\""));
        floor.push(plain(server.folder.path()));
        files.push(new_file(&server.dir(id)));
    }
    println!("POST to its answer, durable     {}", Delays::new(answered));
    println!("POST to the first byte, by SSE  {}", Delays::new(delays));
    println!("floor: spawn and one fdatasync  {}", Delays::new(floor));
    println!("for comparison: one new file    {}", Delays::new(files));
    syncs();
}

/// The same script by itself, after one small file was put on the disk.
fn plain(folder: &Path) -> Duration {
    let began = Instant::now();
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(folder.join("floor")).unwrap();
    file.write_all(&[0; 512]).unwrap();
    file.sync_data().unwrap();
    let mut child = Command::new("sh").args(["-eu", "-c", SCRIPT]).stdout(Stdio::piped()).spawn().unwrap();
    let mut byte = [0];
    child.stdout.take().unwrap().read_exact(&mut byte).unwrap();
    let took = began.elapsed();
    child.wait().unwrap();
    took
}

/// What the file system takes for a new file. A run needs ten; ext4 is forty times slower for minutes after many were removed,
/// as by a bench before this one.
fn new_file(dir: &Path) -> Duration {
    let began = Instant::now();
    std::fs::File::create_new(dir.join("new")).unwrap();
    began.elapsed()
}

/// Counts the syncs of a run, those of its own process included.
fn syncs() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let words = ["strace", "-D", "-f", "-qq", "-e", "trace=fsync,fdatasync,msync,sync_file_range", "-o"];
    let mut wrapper: Vec<String> = words.iter().map(ToString::to_string).collect();
    wrapper.push(trace.display().to_string());
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        println!("syncs of a run: not counted, strace is not installed");
        return;
    }
    let server = Server::start_under(&wrapper, SCRIPT);
    server.run(0);
    let count =
        || std::fs::read_to_string(&trace).unwrap().lines().filter(|line| line.contains("sync(")).count();
    let before = count();
    for key in 1..=TRACED {
        server.run(key);
    }
    println!("syncs of a run: {:.1}, mean of {TRACED}", (count() - before) as f64 / TRACED as f64);
}
