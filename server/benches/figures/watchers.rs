//! Many event streams on one thread, each noting how late its lines come.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read as _};
use std::net::TcpStream;
use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

use rustix::event::epoll;

use crate::server::Server;
use crate::stream::connect;

/// What a line of the bench begins with: its number and the microsecond at which it was written follow.
pub(crate) const MARK: &[u8] = b"\"text\":\"mark ";

pub(crate) struct Watchers {
    epoll: std::os::fd::OwnedFd,
    all: Vec<Watcher>,
    began: Instant,
    buffer: Vec<u8>,
    /// From the writing of a line to its receipt.
    pub(crate) since_written: Vec<Duration>,
    /// From the first receipt of a line by anybody to that of each.
    pub(crate) since_first: Vec<Duration>,
    first: BTreeMap<u64, Instant>,
}

struct Watcher {
    stream: TcpStream,
    /// What is not a whole message yet.
    open: Vec<u8>,
    newest: u64,
    last_line: Vec<u8>,
    ended: bool,
}

impl Watchers {
    /// So many watchers of one run. Times in its lines count from `began`.
    pub(crate) fn open(server: &Server, run: &str, count: usize, began: Instant) -> Self {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).unwrap();
        let watcher = |number: usize| {
            let stream = connect(server, &format!("run={run}"));
            stream.set_nonblocking(true).unwrap();
            let data = epoll::EventData::new_u64(number as u64);
            epoll::add(&epoll, stream.as_fd(), data, epoll::EventFlags::IN).unwrap();
            Watcher { stream, open: Vec::new(), newest: 0, last_line: Vec::new(), ended: false }
        };
        let all = (0..count).map(watcher).collect();
        let (since_written, since_first, first) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { epoll, all, began, buffer: vec![0; 256 * 1024], since_written, since_first, first }
    }

    /// Reads whatever comes until then.
    pub(crate) fn listen_until(&mut self, deadline: Instant) {
        while Instant::now() < deadline {
            self.listen(deadline);
        }
    }

    /// Reads until everybody has been told that the run succeeded.
    pub(crate) fn listen_to_the_end(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(120);
        while self.all.iter().any(|watcher| !watcher.ended) {
            assert!(Instant::now() < deadline, "some watchers never heard of the end");
            self.listen(deadline);
        }
    }

    /// Forgets what was measured so far.
    pub(crate) fn begin_anew(&mut self) {
        self.since_written.clear();
        self.since_first.clear();
    }

    /// Text of the last line that each was told, without doubles.
    pub(crate) fn last_lines(&self) -> Vec<String> {
        let mut lines: Vec<_> =
            self.all.iter().map(|watcher| String::from_utf8_lossy(&watcher.last_line).into_owned()).collect();
        lines.sort();
        lines.dedup();
        lines
    }

    fn listen(&mut self, deadline: Instant) {
        let mut events = Vec::with_capacity(1024);
        let wait = deadline.saturating_duration_since(Instant::now()).min(Duration::from_millis(100));
        let wait = rustix::event::Timespec { tv_sec: 0, tv_nsec: i64::from(wait.subsec_nanos()) };
        match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&wait)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => panic!("{error}"),
        }
        for event in events {
            self.read(event.data.u64() as usize);
        }
    }

    fn read(&mut self, number: usize) {
        let watcher = &mut self.all[number];
        let count = match watcher.stream.read(&mut self.buffer) {
            Ok(0) => panic!("watcher {number} was cut off"),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return,
            Err(error) => panic!("{error}"),
        };
        let now = Instant::now();
        watcher.open.extend_from_slice(&self.buffer[..count]);
        while let Some(end) = memchr::memmem::find(&watcher.open, b"\n\n") {
            let message: Vec<u8> = watcher.open.drain(..end + 2).collect();
            watcher.ended |= memchr::memmem::find(&message, b"\"state\":\"succeeded\"").is_some();
            if let Some(at) = memchr::memmem::rfind(&message, b"\"text\":\"") {
                let text = &message[at + 8..];
                watcher.last_line = text[..text.iter().position(|byte| *byte == b'"').unwrap_or(0)].to_vec();
            }
            for (line, written) in marks(&message) {
                if line > watcher.newest {
                    watcher.newest = line;
                    let first = *self.first.entry(line).or_insert(now);
                    self.since_first.push(now - first);
                    self.since_written.push(now.saturating_duration_since(self.began + written));
                }
            }
        }
    }
}

/// Numbers of the bench's lines in a message, and when each was written.
pub(crate) fn marks(message: &[u8]) -> Vec<(u64, Duration)> {
    let mark = |at: usize| {
        let text =
            std::str::from_utf8(message.get(at + MARK.len()..)?.split(|byte| *byte == b'"').next()?).ok()?;
        let (line, written) = text.split_once(' ')?;
        Some((line.parse().ok()?, Duration::from_micros(written.parse().ok()?)))
    };
    memchr::memmem::find_iter(message, MARK).filter_map(mark).collect()
}
