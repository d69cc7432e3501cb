//! How long a window takes, in a short log and in a long one.

use std::time::Instant;

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
        let mut delays = Vec::new();
        for _ in 0..WINDOWS {
            let first = random.below(lines - LINES);
            let path = format!("/runs/{id}/log?first={first}&count={LINES}");
            let began = Instant::now();
            let (status, _, body) = client.send("GET", &path, None);
            delays.push(began.elapsed());
            assert_eq!(status, 200);
            let window: lastmile_protocol::LogWindow = serde_json::from_slice(&body).unwrap();
            assert_eq!((window.first, window.lines.len() as u64, window.head.lines), (first, LINES, lines));
            for (number, line) in (first + 1..).zip(&window.lines) {
                assert_eq!(line.text, number.to_string(), "a wrong line");
            }
        }
        println!("windows of {LINES} lines, of {lines:>8}: {}", Delays::new(delays));
    }
}
