//! Where a log stands while it is written: what the next byte is to be told apart from.

use lastmile_protocol::Stream;

use super::entry::ENTRY_BYTES;

/// Where the log stands; put back if a write fails.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) bytes: u64,
    pub(super) lines: u64,
    /// Whose the last byte was.
    pub(super) last: Stream,
    /// Flags of the last entry.
    pub(super) flags: u8,
    /// Offset of the last entry.
    pub(super) entered_at: u64,
    /// The log's last byte is no line feed.
    pub(super) mid_line: bool,
    /// By stream, also of what is left out: its last byte was no line feed.
    unfinished: [bool; 2],
    /// Bytes of log and index that output may still take.
    pub(super) room: u64,
}

impl Place {
    /// Of an empty log that has room for so many bytes of output.
    pub(super) fn begin(room: u64) -> Self {
        let (last, unfinished) = (Stream::Unknown, [false; 2]);
        Self { bytes: 0, lines: 0, last, flags: 0, entered_at: 0, mid_line: false, unfinished, room }
    }

    /// Bytes that log and index have so far, holes included.
    pub(super) fn cost(&self) -> u64 {
        self.bytes + self.lines * ENTRY_BYTES
    }

    pub(super) fn is_unfinished(&self, stream: Stream) -> bool {
        match stream {
            Stream::Out => self.unfinished[0],
            Stream::Err => self.unfinished[1],
            Stream::System | Stream::Unknown => false,
        }
    }

    pub(super) fn set_unfinished(&mut self, stream: Stream, unfinished: bool) {
        match stream {
            Stream::Out => self.unfinished[0] = unfinished,
            Stream::Err => self.unfinished[1] = unfinished,
            Stream::System | Stream::Unknown => {}
        }
    }
}
