//! How long a window takes, in a short log and in a long one, as it was written and compressed.

use std::time::{Duration, Instant};

use crate::client::Client;
use crate::figures::{Delays, Random};
use crate::server::Server;

const WINDOWS: usize = 2_000;
const LINES: u64 = 200;

pub(crate) fn bench() {
    let mut random = Random::seeded();
    for lines in [10_000_u64, 10_000_000] {
        let server = Server::start(&format!("seq 1 {lines}"));
        let (id, _) = server.run(0);
        let mut client = server.client();
        println!("{lines} lines, as written:");
        tell(&mut client, &id, lines, &mut random);
        let began = Instant::now();
        let saved = lastmile::log::compress(&server.dir(&id), &mut || Ok(())).unwrap();
        let (took, before, after) = (began.elapsed(), saved.before, saved.after);
        let ratio = before as f64 / after as f64;
        println!("{lines} lines, compressed in {took:.1?}, from {before} to {after} bytes, {ratio:.1} : 1:");
        tell(&mut client, &id, lines, &mut random);
    }
}

fn tell(client: &mut Client, id: &str, lines: u64, random: &mut Random) {
    println!("  windows of {LINES} lines: {}", windows(client, id, lines, random));
    println!("  a search through all of them: {:.1?}", search(client, id));
}

/// Page by page, as the viewer counts.
fn search(client: &mut Client, id: &str) -> Duration {
    let (began, mut after) = (Instant::now(), 0);
    loop {
        let found = client.get(&format!("/runs/{id}/log/search?q=nowhere&after={after}"));
        after = found["searched"].as_u64().unwrap();
        if found["searched"] == found["of"] {
            return began.elapsed();
        }
    }
}

fn windows(client: &mut Client, id: &str, lines: u64, random: &mut Random) -> Delays {
    Delays::new((0..WINDOWS).map(|_| window(client, id, lines, random.below(lines - LINES))).collect())
}

fn window(client: &mut Client, id: &str, lines: u64, first: u64) -> Duration {
    let path = format!("/runs/{id}/log?first={first}&count={LINES}");
    let began = Instant::now();
    let (status, _, body) = client.send("GET", &path, None);
    let took = began.elapsed();
    assert_eq!(status, 200);
    let window: lastmile_protocol::LogWindow = serde_json::from_slice(&body).unwrap();
    assert_eq!((window.first, window.lines.len() as u64, window.head.lines), (first, LINES, lines));
    for (number, line) in (first + 1..).zip(&window.lines) {
        assert_eq!(line.text, number.to_string(), "a wrong line");
    }
    took
}
