//! The log's bytes, read from the disk as they are asked for.

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::raw::Raw;
use super::{Gap, LogReader};

impl LogReader {
    /// The log's bytes in that range, clipped to its length. What was left out reads as zeros.
    ///
    /// # Errors
    /// When the files can't be read.
    pub fn bytes(&self, range: Range<u64>) -> io::Result<LogBytes> {
        let end = range.end.min(self.head()?.bytes);
        Ok(LogBytes { log: self.raw(), at: range.start, end, around: None })
    }

    /// The whole log up to `end`, with a line in the place of what was left out.
    ///
    /// # Errors
    /// When the files can't be read.
    pub fn text(&self, end: u64) -> io::Result<LogBytes> {
        let around = Around { run_dir: self.run_dir().to_owned(), said: Vec::new(), mid_line: false };
        Ok(LogBytes { log: self.raw(), at: 0, end, around: Some(around) })
    }
}

/// Bytes of a log.
#[derive(Debug)]
pub struct LogBytes {
    log: Option<Arc<Raw>>,
    at: u64,
    end: u64,
    around: Option<Around>,
}

/// How the gap is gone around.
#[derive(Debug)]
struct Around {
    run_dir: PathBuf,
    /// What is still to be said about it.
    said: Vec<u8>,
    /// The last byte was no line feed.
    mid_line: bool,
}

impl io::Read for LogBytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(log) = &self.log else { return Ok(0) };
        loop {
            if let Some(around) = &mut self.around
                && !around.said.is_empty()
            {
                let count = buffer.len().min(around.said.len());
                buffer[..count].copy_from_slice(&around.said[..count]);
                around.said.drain(..count);
                return Ok(count);
            }
            let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
            let most = left.min(buffer.len());
            let mut count = log.read_at(&mut buffer[..most], self.at)?;
            if let Some(around) = &mut self.around {
                // Looked at after the bytes were read: what lies in it by now may have been read as zeros.
                let gap = Gap::read(&around.run_dir)?;
                if gap.bytes.contains(&self.at) && count > 0 {
                    around.say(&gap);
                    self.at = gap.bytes.end;
                    continue;
                }
                if !gap.bytes.is_empty() && self.at < gap.bytes.start {
                    count = count.min(usize::try_from(gap.bytes.start - self.at).unwrap_or(count));
                }
                around.mid_line = count > 0 && buffer[count - 1] != b'\n';
            }
            self.at += count as u64;
            return Ok(count);
        }
    }
}

impl Around {
    fn say(&mut self, gap: &Gap) {
        let begin = if self.mid_line { "\n" } else { "" };
        self.said = format!("{begin}{}\n", gap.text()).into_bytes();
        self.mid_line = false;
    }
}
