//! Reads a compressed file at any place, frame by frame.

mod table;

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::sync::{Mutex, PoisonError};

pub(super) use table::Table;

use table::Frame;

/// A compressed file.
#[derive(Debug)]
pub(super) struct Zst {
    file: File,
    table: Table,
    /// What is not in it and reads as zeros: the log's gap.
    hole: Range<u64>,
    /// The frame that was read last: whoever reads on needs it again.
    last: Mutex<Option<(usize, Vec<u8>)>>,
}

impl Zst {
    /// Takes over a file, from which `hole` was left out.
    ///
    /// # Errors
    /// `InvalidData` if it is damaged, or it can't be read.
    pub(super) fn of(file: File, hole: Range<u64>) -> io::Result<Self> {
        let table = Table::read(&file)?;
        // A hole that lies beyond the end was never left out.
        let hole = if hole.start > table.raw_bytes() { 0..0 } else { hole };
        Ok(Self { file, table, hole, last: Mutex::default() })
    }

    /// Bytes that were compressed, with the hole.
    pub(super) fn len(&self) -> u64 {
        self.table.raw_bytes() + self.hole_bytes()
    }

    /// Reads some bytes from `at` on; none at the end.
    pub(super) fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        if self.hole.contains(&at) {
            let count = clipped(self.hole.end - at, buffer.len());
            buffer[..count].fill(0);
            return Ok(count);
        }
        let (stored, most) = if at < self.hole.start {
            (at, clipped(self.hole.start - at, buffer.len()))
        } else {
            (at - self.hole_bytes(), buffer.len())
        };
        let Some(frame) = self.table.frame_of(stored) else { return Ok(0) };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = match &mut *last {
            Some((number, bytes)) if *number == frame.number => bytes,
            other => &mut other.insert((frame.number, self.frame(frame)?)).1,
        };
        let from = clipped(stored - frame.raw, bytes.len());
        let count = most.min(bytes.len() - from);
        buffer[..count].copy_from_slice(&bytes[from..from + count]);
        Ok(count)
    }

    fn hole_bytes(&self) -> u64 {
        self.hole.end.saturating_sub(self.hole.start)
    }

    fn frame(&self, frame: Frame) -> io::Result<Vec<u8>> {
        let mut stored = vec![0; frame.here_bytes];
        self.file.read_exact_at(&mut stored, frame.here)?;
        // It also compares the frame's checksum.
        let bytes = zstd::bulk::Decompressor::new()?.decompress(&stored, frame.raw_bytes);
        match bytes {
            Ok(bytes) if bytes.len() == frame.raw_bytes => Ok(bytes),
            Ok(_) => Err(damaged(frame, "it has another length")),
            Err(error) => Err(damaged(frame, &error.to_string())),
        }
    }
}

fn clipped(bytes: u64, most: usize) -> usize {
    usize::try_from(bytes).map_or(most, |bytes| bytes.min(most))
}

fn damaged(frame: Frame, why: &str) -> io::Error {
    let text = format!("the compressed file is damaged at byte {}: {why}", frame.here);
    io::Error::new(io::ErrorKind::InvalidData, text)
}
