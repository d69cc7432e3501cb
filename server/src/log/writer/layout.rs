//! From output to entries: which lines begin in it, and where the log stands after it. Writes nothing.

use lastmile_protocol::Stream;
use memchr::{memchr, memchr_iter, memrchr};

use super::LogWriter;
use crate::log::entry::{CONTINUED, ENTRY_BYTES, Entry, MASKED};
use crate::log::middle::Middle;

impl LogWriter {
    /// Fills `entries` and moves the place for as much of `bytes` as there is room for; returns how much.
    pub(super) fn lay_out(&mut self, stream: Stream, ms: u32, bytes: &[u8], masked: &[usize]) -> usize {
        self.entries.clear();
        self.marks_last = false;
        let ends = memchr_iter(b'\n', bytes).count() as u64;
        let most = bytes.len() as u64 + (ends + 1) * ENTRY_BYTES;
        if masked.is_empty() && most <= self.place.room {
            self.lay_out_plain(stream, ms, bytes);
            bytes.len()
        } else {
            self.lay_out_line_by_line(stream, ms, bytes, masked)
        }
    }

    /// Nearly always: all of it fits, and nothing in it is masked.
    fn lay_out_plain(&mut self, stream: Stream, ms: u32, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        let begin = self.place.bytes;
        if let Some(flags) = self.entry_due(stream) {
            self.enter(begin, ms, stream, flags);
        }
        let fresh = Entry { offset: 0, ms, stream, flags: 0 };
        let before = self.entries.len();
        // The last line end of all begins no line yet.
        for end in memchr_iter(b'\n', &bytes[..bytes.len() - 1]) {
            self.entries.extend_from_slice(&Entry { offset: begin + end as u64 + 1, ..fresh }.to_bytes());
        }
        let added = (self.entries.len() - before) as u64 / ENTRY_BYTES;
        if added > 0 {
            let start = memrchr(b'\n', &bytes[..bytes.len() - 1]).map_or(0, |end| end + 1);
            self.place.lines += added;
            self.place.flags = 0;
            self.place.entered_at = begin + start as u64;
        }
        self.place.last = stream;
        self.place.bytes += bytes.len() as u64;
        self.place.room -= bytes.len() as u64 + self.entries.len() as u64;
        self.place.mid_line = *last != b'\n';
        self.place.set_unfinished(stream, self.place.mid_line);
    }

    /// The flags of the entry that the stream's next byte needs; `None` if it belongs to the last one.
    fn entry_due(&self, stream: Stream) -> Option<u8> {
        let unfinished = self.place.is_unfinished(stream);
        let longest = self.middle.as_ref().map_or(u64::MAX, Middle::longest);
        let is_long = self.place.bytes - self.place.entered_at >= longest;
        let due = !unfinished || self.place.last != stream || is_long;
        due.then_some(if unfinished { CONTINUED } else { 0 })
    }

    fn lay_out_line_by_line(&mut self, stream: Stream, ms: u32, bytes: &[u8], masked: &[usize]) -> usize {
        let begin = self.place.bytes;
        let mut masked = masked.iter().copied().peekable();
        let mut at = 0;
        while at < bytes.len() {
            let end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found + 1);
            let due = self.entry_due(stream);
            let overhead = if due.is_some() { ENTRY_BYTES } else { 0 };
            if self.place.room <= overhead {
                break;
            }
            let kept = ((end - at) as u64).min(self.place.room - overhead);
            let stop = at + usize::try_from(kept).unwrap_or(end - at);
            let mut mask = 0;
            while masked.next_if(|place| *place < stop).is_some() {
                mask = MASKED;
            }
            if let Some(flags) = due {
                self.enter(begin + at as u64, ms, stream, flags | mask);
            } else {
                self.marks_last |= mask != 0;
                self.place.flags |= mask;
            }
            self.place.room -= overhead + kept;
            self.place.last = stream;
            self.place.bytes = begin + stop as u64;
            self.place.mid_line = bytes[stop - 1] != b'\n';
            self.place.set_unfinished(stream, self.place.mid_line);
            let cut = stop < end;
            at = stop;
            if cut {
                break;
            }
        }
        at
    }

    pub(super) fn enter(&mut self, offset: u64, ms: u32, stream: Stream, flags: u8) {
        self.entries.extend_from_slice(&Entry { offset, ms, stream, flags }.to_bytes());
        self.place.lines += 1;
        self.place.last = stream;
        self.place.flags = flags;
        self.place.entered_at = offset;
    }
}
