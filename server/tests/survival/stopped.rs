//! A watcher whose process is stopped (SIGSTOP) and goes on later: a laptop that was shut, a browser that was frozen.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lastmile_runbook::digest::sha256_hex;
use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{Person, Server, id};

/// What the client's kernel takes on its behalf. (Twice that: the kernel counts its own book-keeping.)
const RECEIVED: usize = 32 * 1024;
/// What the kernels of both sides may hold, and so is told late.
const HELD: usize = 160_000;
/// Long enough for ten times as much to be told.
const STOPPED: Duration = Duration::from_secs(5);
/// Where the client process finds what to listen to.
const STREAM: &str = "LASTMILE_TEST_STREAM";

/// The client, in a process of its own: writes to standard output what it is told.
#[test]
#[ignore = "it is started by the test below"]
fn client() {
    let Ok(stream) = std::env::var(STREAM) else { return };
    let [address, cookie, run] = stream.split('\n').collect::<Vec<_>>()[..] else { panic!("{stream}") };
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(RECEIVED).unwrap();
    socket.connect(&address.parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    let mut stream: TcpStream = socket.into();
    let head =
        format!("GET /api/v1/events?run={run} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let _ = std::io::copy(&mut stream, &mut std::io::stdout());
}

fn start_client(ann: &Person, run: &str) -> Child {
    let address = ann.url.strip_prefix("http://").unwrap().strip_suffix("/api/v1").unwrap();
    let stream = format!("{address}\n{}\n{run}", ann.cookie.as_deref().unwrap());
    let mut client = Command::new(std::env::current_exe().unwrap());
    client.args(["stopped::client", "--exact", "--ignored", "--nocapture"]).env(STREAM, stream);
    client.stdout(Stdio::piped()).spawn().unwrap()
}

/// When the newest line of a message was written, in seconds since 1970 (`mark SECONDS xxx…`).
fn newest(message: &str) -> Option<f64> {
    message[message.rfind("\"mark ")? + 6..].split(' ').next()?.parse().ok()
}

fn now() -> f64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_secs_f64()
}

#[test]
fn it_is_told_what_is_new_once_it_goes_on_and_of_the_past_only_what_the_kernel_holds() {
    let mut server = Server::start();
    // Some 60 KB in each of the messages that come ten times a second.
    let words = "x".repeat(600);
    let script = format!(
        "while :; do at=$(date +%s.%N); for i in 1 2 3 4 5 6 7 8 9 10; do echo \"mark $at {words}\"; done; sleep 0.01; done"
    );
    server.install_action("talks", "", &script);
    let mut ann = server.person("ann");
    let run = ann.press("talks", "key-00000001");
    let mut client = start_client(&ann, id(&run));
    let pid = Pid::from_child(&client);
    let mut told = BufReader::new(client.stdout.take().unwrap());
    let mut line = String::new();
    let mut next = || {
        line.clear();
        assert!(told.read_line(&mut line).unwrap() > 0, "the client was cut off");
        line.clone()
    };
    while newest(&next()).is_none() {}
    kill_process(pid, Signal::STOP).unwrap();
    let stopped = Instant::now();
    // What this test's own pipe holds is not what the server told late.
    while stopped.elapsed() < STOPPED {
        std::thread::sleep(Duration::from_millis(100));
    }
    kill_process(pid, Signal::CONT).unwrap();
    let went_on = now();
    let mut stale = 0;
    loop {
        let message = next();
        match newest(&message) {
            Some(at) if at >= went_on - 1.0 => break,
            _ => stale += message.len(),
        }
    }
    println!("{stale} bytes of the past");
    assert!(stale <= HELD, "{stale} bytes were told that were older than a second");
    let late = now() - went_on;
    assert!(late < 5.0, "it took {late:.1} s to be up to date again");
    client.kill().unwrap();
    client.wait().unwrap();
    ann.post(&format!("/runs/{}/cancel", id(&run)), &serde_json::json!({}));
    let ended = ann.until_state(&run, "cancelled");
    // What it was told late, or never, is in the record and in the log.
    let log = ann.log(&run);
    server.kill();
    server.restart();
    ann.url = server.nobody().url;
    let (_, again) = ann.get(&format!("/runs/{}", id(&run)));
    assert_eq!(again["summary"], ended["summary"]);
    assert_eq!(again["log"]["bytes"], log.len());
    assert_eq!(sha256_hex(ann.log(&run).as_bytes()), sha256_hex(log.as_bytes()));
}
