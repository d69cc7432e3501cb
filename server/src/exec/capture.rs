//! What the script writes: from its pipes, masked, into the log.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::time::Instant;

use lastmile_protocol::Stream;

use super::mask::{Masker, Secrets};
use crate::log::LogWriter;

/// Most bytes that are read at a time.
const CHUNK: usize = 256 * 1024;
/// Most bytes that are still read of each stream when all is over: what a daemon goes on writing is not waited for.
const LAST: usize = 4 * 1024 * 1024;

/// One of the script's streams.
#[derive(Debug)]
struct Source {
    fd: OwnedFd,
    stream: Stream,
    masker: Option<Masker>,
}

/// Both streams and the log.
#[derive(Debug)]
pub(super) struct Capture {
    writer: LogWriter,
    begun: Instant,
    cap: u64,
    /// `None`: it has ended.
    sources: Vec<Option<Source>>,
    chunk: Vec<u8>,
    /// Why the log can't be written any more.
    failure: Option<String>,
    told_of_cap: bool,
}

impl Capture {
    pub(super) fn new(writer: LogWriter, cap: u64, begun: Instant) -> Self {
        let sources = Vec::new();
        Self { writer, begun, cap, sources, chunk: vec![0; CHUNK], failure: None, told_of_cap: false }
    }

    /// Reads that stream too from now on. The descriptor must not block.
    pub(super) fn add(&mut self, fd: OwnedFd, stream: Stream, secrets: Option<&Secrets>) {
        self.sources.push(Some(Source { fd, stream, masker: secrets.cloned().map(Masker::new) }));
    }

    /// Streams that have not ended, with the number that [`Self::read`] takes.
    pub(super) fn open(&self) -> impl Iterator<Item = (usize, BorrowedFd<'_>)> {
        let open = self.sources.iter().enumerate();
        open.filter_map(|(number, source)| Some((number, source.as_ref()?.fd.as_fd())))
    }

    /// All streams have ended.
    pub(super) fn is_closed(&self) -> bool {
        self.sources.iter().all(Option::is_none)
    }

    /// Reads once from that stream.
    pub(super) fn read(&mut self, number: usize) {
        self.read_one(number);
    }

    /// Reads what the pipes still hold, and closes them.
    pub(super) fn close(&mut self) {
        for number in 0..self.sources.len() {
            let mut taken = 0;
            while let Some(count) = self.read_one(number).filter(|_| taken < LAST) {
                taken += count;
            }
            self.end(number);
        }
    }

    /// Bytes read; `None` if there are none now, or never again: then the source is gone.
    fn read_one(&mut self, number: usize) -> Option<usize> {
        let source = self.sources.get_mut(number)?.as_mut()?;
        match rustix::io::read(&source.fd, &mut self.chunk) {
            Ok(0) => {
                self.end(number);
                None
            }
            Ok(count) => {
                let ms = since(self.begun);
                let (bytes, masked) = match &mut source.masker {
                    Some(masker) => masker.push(&self.chunk[..count]),
                    None => (&self.chunk[..count], [].as_slice()),
                };
                let appended = self.writer.append(source.stream, ms, bytes, masked);
                self.note(appended);
                Some(count)
            }
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => None,
            // A pseudo-terminal ends with EIO; nothing can be read after any other error either.
            Err(_) => {
                self.end(number);
                None
            }
        }
    }

    fn end(&mut self, number: usize) {
        let Some(mut source) = self.sources.get_mut(number).and_then(Option::take) else { return };
        if let Some(masker) = &mut source.masker {
            let (bytes, masked) = masker.finish();
            let appended = self.writer.append(source.stream, since(self.begun), bytes, masked);
            self.note(appended);
        }
    }

    /// Remembers a failed write, and says once when the cap is reached.
    fn note(&mut self, appended: io::Result<()>) {
        if let Err(error) = appended {
            self.failure.get_or_insert(error.to_string());
        } else if self.failure.is_none() && !self.told_of_cap && self.writer.left_out().bytes > 0 {
            self.told_of_cap = true;
            self.say(&format!("output limit of {} bytes reached: not all of it is kept", self.cap));
        }
    }

    /// Output had to be left out because of the cap.
    pub(super) fn is_full(&self) -> bool {
        self.told_of_cap
    }

    /// Why the log can't be written any more, if so.
    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Appends a line of Lastmile's own. If it can't be written, so can't the output, which is the worse news.
    pub(super) fn say(&mut self, text: &str) {
        if let Err(error) = self.writer.system(since(self.begun), text, false) {
            self.failure.get_or_insert(error.to_string());
        }
    }

    /// Says how much is left out, and puts the log on the disk. `true` if it is durable.
    pub(super) fn finish(&mut self) -> bool {
        let left_out = self.writer.left_out();
        if left_out.bytes > 0 {
            let why = match &self.failure {
                Some(error) => format!("the log could not be written ({error})"),
                None => format!("output limit of {} bytes reached", self.cap),
            };
            let text = format!("{why}: {} bytes, {} lines left out", left_out.bytes, left_out.lines);
            // The exit record has the numbers too.
            let _ = self.writer.system(since(self.begun), &text, true);
        }
        let synced = self.writer.sync();
        if let Err(error) = &synced {
            eprintln!("the log can't be synced: {error}");
        }
        synced.is_ok() && self.failure.is_none()
    }

    /// What is in the log.
    pub(super) fn writer(&self) -> &LogWriter {
        &self.writer
    }
}

/// Milliseconds; a run of more than 49 days stays at the last one that fits.
fn since(begun: Instant) -> u32 {
    u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX)
}
