//! An event stream that is cut at random bytes, again and again.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lastmile_runbook::digest::sha256_hex;
use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::Value;

use crate::harness::{Person, Server, id};

/// How often it is cut; `LASTMILE_CUTS` says otherwise.
const CUTS: usize = 1000;

/// Passes each connection on and cuts it after so many bytes of the answer. Returns its address.
fn cutting_proxy(upstream: String, mut random: TestRng) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) = (client.unwrap(), TcpStream::connect(&upstream).unwrap());
            let (mut request, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut request, &mut to_server));
            let mut left = 1 + random.next_u32() as usize % 8000;
            let mut buffer = [0; 4096];
            while left > 0 {
                let most = left.min(buffer.len());
                let Ok(count @ 1..) = server.read(&mut buffer[..most]) else { break };
                left -= count;
                if client.write_all(&buffer[..count]).is_err() {
                    break;
                }
            }
            let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
        }
    });
    address
}

/// Reads whole messages, as a browser does, until the stream ends or `done`.
fn read(person: &Person, query: &str, mut done: impl FnMut(Option<u64>, Value) -> bool) {
    let address = person.url.strip_prefix("http://").unwrap().split('/').next().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let cookie = person.cookie.as_deref().unwrap();
    let request =
        format!("GET /api/v1/events?{query} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let (mut number, mut data) = (None, None);
    for line in BufReader::new(stream).lines() {
        let Ok(line) = line else { return };
        if let Some(value) = line.strip_prefix("id: ") {
            number = value.parse().ok();
        } else if let Some(value) = line.strip_prefix("data: ") {
            data = serde_json::from_str(value).ok();
        } else if line.is_empty()
            && let Some(data) = data.take()
            && done(number.take(), data)
        {
            return;
        }
    }
}

/// Presses a button again and again until told to stop.
fn press_on(person: Person, stop: Arc<AtomicBool>) -> std::thread::JoinHandle<usize> {
    std::thread::spawn(move || {
        let mut count = 0;
        while !stop.load(Ordering::Relaxed) {
            count += 1;
            let run = person.press("go", &format!("key-{count:08}"));
            person.until_state(&run, "succeeded");
        }
        count
    })
}

#[test]
fn a_stream_cut_at_random_bytes_tells_every_change_once_and_windows_give_the_whole_log() {
    let cuts = std::env::var("LASTMILE_CUTS").ok().and_then(|cuts| cuts.parse().ok()).unwrap_or(CUTS);
    let seed: u64 = std::env::var("LASTMILE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64);
    println!("{cuts} cuts, LASTMILE_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut server = Server::start();
    let end = server.folder.path().join("end");
    server.install_action("go", "kind: check", "echo hi");
    let script =
        format!("seq 1 5000; while [ ! -e {} ]; do date; sleep 0.02; done; seq 1 3000", end.display());
    server.install_action("log", "", &script);
    let mut ann = server.person("ann");
    let run = ann.press("log", "key-00000000");
    let query = format!("runbook=go&run={}", id(&run));
    let stop = Arc::new(AtomicBool::new(false));
    let presses = press_on(ann.clone(), Arc::clone(&stop));

    let upstream = server.url.strip_prefix("http://").unwrap().to_owned();
    let through = Person { url: format!("http://{}/api/v1", cutting_proxy(upstream, random)), ..ann.clone() };
    let mut seen: Vec<u64> = Vec::new();
    for _ in 0..cuts {
        let after = seen.last().copied().unwrap_or_default();
        read(&through, &format!("{query}&after={after}"), |number, _| {
            seen.extend(number);
            false
        });
    }
    stop.store(true, Ordering::Relaxed);
    let pressed = presses.join().unwrap();
    std::fs::write(end, "").unwrap();
    ann.until_state(&run, "succeeded");
    let told = |ann: &Person, after: u64| {
        let mut numbers = Vec::new();
        let mut hellos = 0;
        read(ann, &format!("{query}&after={after}"), |number, event| {
            numbers.extend(number);
            hellos += usize::from(event["type"] == "hello");
            // The second one: all that is stored was told.
            hellos == 2
        });
        numbers
    };
    let all = told(&ann, 0);
    if seen.len() < all.len() {
        seen.extend(told(&ann, seen.last().copied().unwrap_or_default()));
    }
    assert_eq!(seen, all, "not every change was told once and in order");
    assert_eq!(all.len(), (pressed + 1) * 4, "{pressed} presses");

    let log = std::fs::read(server.folder.path().join("data/runs").join(id(&run)).join("log")).unwrap();
    assert_eq!(sha256_hex(&windows(&ann, &run)), sha256_hex(&log));
    server.kill();
    server.restart();
    ann.url = server.nobody().url;
    assert_eq!(told(&ann, 0), all, "the next server tells other changes");
    assert_eq!(sha256_hex(&windows(&ann, &run)), sha256_hex(&log));
}

/// All windows up to the final head, joined.
fn windows(person: &Person, run: &Value) -> Vec<u8> {
    let mut joined = String::new();
    let mut first = 0;
    loop {
        let (_, window) = person.get(&format!("/runs/{}/log?first={first}", id(run)));
        let lines = window["lines"].as_array().unwrap();
        lines.iter().for_each(|line| joined.extend([line["text"].as_str().unwrap(), "\n"]));
        first += lines.len() as u64;
        if window["head"]["finished"] == true && window["head"]["lines"] == first {
            return joined.into_bytes();
        }
    }
}
