//! One entry of the index file: 16 bytes, little endian.
//!
//! | bytes | |
//! | --- | --- |
//! | 0–7 | offset of the line's first byte in `log` |
//! | 8–11 | milliseconds since the run's start at which that byte was read |
//! | 12 | stream: 1 out, 2 err, 3 Lastmile itself |
//! | 13 | flags: 1 continued, 2 masked, 4 gap |
//! | 14–15 | zero |

use lastmile_protocol::Stream;

/// Bytes of one entry.
pub(crate) const ENTRY_BYTES: u64 = 16;
/// Where the flags stand in an entry.
pub(super) const FLAGS_AT: u64 = 13;

/// The line goes on with one that the other stream interrupted.
pub(super) const CONTINUED: u8 = 1;
/// A secret was masked in the line.
pub(super) const MASKED: u8 = 2;
/// The line stands for output that was left out.
pub(super) const GAP: u8 = 4;

/// Where a line begins, when, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) offset: u64,
    pub(super) ms: u32,
    pub(super) stream: Stream,
    pub(super) flags: u8,
}

impl Entry {
    pub(super) fn to_bytes(self) -> [u8; ENTRY_BYTES as usize] {
        let mut bytes = [0; ENTRY_BYTES as usize];
        bytes[..8].copy_from_slice(&self.offset.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.ms.to_le_bytes());
        bytes[12] = stream_number(self.stream);
        bytes[13] = self.flags;
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; ENTRY_BYTES as usize]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, stream, flags, _, _] = *bytes;
        Self {
            offset: u64::from_le_bytes([a, b, c, d, e, f, g, h]),
            ms: u32::from_le_bytes([i, j, k, l]),
            stream: stream_of(stream),
            flags,
        }
    }

    pub(super) fn is(self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

fn stream_number(stream: Stream) -> u8 {
    match stream {
        Stream::Out => 1,
        Stream::Err => 2,
        Stream::System => 3,
        Stream::Unknown => 0,
    }
}

fn stream_of(number: u8) -> Stream {
    match number {
        1 => Stream::Out,
        2 => Stream::Err,
        3 => Stream::System,
        _ => Stream::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_stored_as_the_documented_sixteen_bytes() {
        let entry = Entry { offset: 0x0102, ms: 0x0304, stream: Stream::Err, flags: CONTINUED | MASKED };
        let bytes = entry.to_bytes();
        assert_eq!(bytes, [2, 1, 0, 0, 0, 0, 0, 0, 4, 3, 0, 0, 2, 3, 0, 0]);
        assert_eq!(Entry::from_bytes(&bytes), entry);
    }

    #[test]
    fn a_stream_of_a_newer_version_reads_as_unknown() {
        assert_eq!(stream_of(9), Stream::Unknown);
    }
}
