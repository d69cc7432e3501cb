//! Many watchers of one run: how late lines come, what a watcher costs, and what a client gets that did not read for a minute.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::figures::Delays;
use crate::server::{Server, resident};
use crate::stream::connect_narrow;
use crate::watchers::{Watchers, marks};

/// Lines a second while all is quiet.
const LINES_A_SECOND: u32 = 50;
/// How long one client does not read.
const STALL: Duration = Duration::from_secs(60);
const BURST: u64 = 1_000_000;
/// Watchers before those that are counted.
const FIRST: usize = 100;
/// What the kernel of the stalled client takes, and does not let grow.
const RECEIVED: usize = 64 * 1024;

pub(crate) fn bench(counts: &[usize]) {
    let alone = burst_alone();
    for count in counts {
        watch(*count, alone);
    }
}

/// A script whose lines come through a fifo first; then it writes a burst and says how long that took.
fn script(fifo: &Path) -> String {
    format!(
        "cat '{}'\nbegin=$(date +%s%N)\nseq 1 {BURST}\nend=$(date +%s%N)\necho \"burst $(((end - begin) / 1000))\"\nsleep 1\necho the last line",
        fifo.display()
    )
}

fn begin() -> (Server, tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    (Server::start(&script(&fifo)), folder, fifo)
}

/// How long the burst takes the script when nobody watches.
fn burst_alone() -> Duration {
    let took = || {
        let (server, _folder, fifo) = begin();
        let id = server.press(0);
        drop(std::fs::OpenOptions::new().write(true).open(fifo).unwrap());
        server.exit(&id);
        burst_of(&server, &id)
    };
    (0..3).map(|_| took()).min().unwrap()
}

fn burst_of(server: &Server, id: &str) -> Duration {
    let window = server.client().get(&format!("/runs/{id}"));
    let lines = window["log"]["lines"].as_u64().unwrap();
    let window = server.client().get(&format!("/runs/{id}/log?first={}&count=2", lines - 2));
    let text = window["lines"][0]["text"].as_str().unwrap();
    Duration::from_micros(text.strip_prefix("burst ").unwrap().parse().unwrap())
}

fn watch(count: usize, alone: Duration) {
    let (server, _folder, fifo) = begin();
    let id = server.press(0);
    let mut lines = std::fs::OpenOptions::new().write(true).open(fifo).unwrap();
    let began = Instant::now();
    // What the server needs for watchers at all (caches of its record, threads) is not what one of them costs.
    let mut first = Watchers::open(&server, &id, FIRST, began);
    first.listen_until(Instant::now() + Duration::from_secs(1));
    let before = resident(server.pid());
    let mut watchers = Watchers::open(&server, &id, count, began);
    watchers.listen_until(Instant::now() + Duration::from_secs(3));
    let stalled = connect_narrow(&server, &format!("run={id}"), RECEIVED);
    let stalls_until = Instant::now() + STALL;
    let writer = std::thread::spawn(move || {
        let mut number = 0_u64;
        while Instant::now() < stalls_until + Duration::from_secs(3) {
            number += 1;
            writeln!(lines, "mark {number} {}", began.elapsed().as_micros()).unwrap();
            std::thread::sleep(Duration::from_secs(1) / LINES_A_SECOND);
        }
    });
    watchers.listen_until(Instant::now() + Duration::from_secs(3));
    watchers.begin_anew();
    watchers.listen_until(stalls_until);
    let after = resident(server.pid());
    // At once: sorting ten thousand watchers' delays below takes longer than the script goes on writing.
    let stale = stale_bytes(stalled, began);
    drop(first);
    println!("{count} watchers of one run at {LINES_A_SECOND} lines/s");
    println!("  first watcher to each  {}", Delays::new(std::mem::take(&mut watchers.since_first)));
    println!("  write to receipt       {}", Delays::new(std::mem::take(&mut watchers.since_written)));
    println!("  memory of the server   {:.1} KiB a watcher", (after - before) as f64 / 1024.0 / count as f64);
    println!(
        "  a client that did not read for {} s: then {:.0} KiB that were older than 1 s",
        STALL.as_secs(),
        stale as f64 / 1024.0
    );
    assert!(stale <= 160 * 1000, "a stalled client got more of the past than the kernel may hold");
    watchers.listen_to_the_end();
    writer.join().unwrap();
    assert_eq!(watchers.last_lines(), ["the last line"], "not everybody was told the last line");
    let took = burst_of(&server, &id);
    println!(
        "  a burst of {BURST} lines took the script {:.2} s, {:.2} s when nobody watched: {:.2} times as long",
        took.as_secs_f64(),
        alone.as_secs_f64(),
        took.as_secs_f64() / alone.as_secs_f64()
    );
    println!("  every watcher ended on the last line");
}

/// Reads on after a stall: bytes up to the last message whose newest line is more than a second old.
fn stale_bytes(mut stream: TcpStream, began: Instant) -> usize {
    let resumed = began.elapsed();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let (mut all, mut buffer, mut stale) = (Vec::new(), vec![0; 64 * 1024], 0);
    loop {
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "the stalled client was cut off");
        all.extend_from_slice(&buffer[..count]);
        let mut seen = stale;
        while let Some(end) = memchr::memmem::find(&all[seen..], b"\n\n") {
            if let Some((_, written)) = marks(&all[seen..seen + end]).last()
                && *written + Duration::from_secs(1) >= resumed
            {
                return stale;
            }
            seen += end + 2;
            stale = seen;
        }
    }
}
