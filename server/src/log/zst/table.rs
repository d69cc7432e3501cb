//! The seek table at the end of a compressed file: how long each frame is, here and as it was written.
//!
//! It is that of zstd's seekable format: a skippable frame, so that every other reader of zstd passes it over. All numbers
//! are little endian.
//!
//! | bytes | |
//! | --- | --- |
//! | 4 | `0x184D2A5E`: a skippable frame |
//! | 4 | bytes of all that follows |
//! | 8 a frame | its bytes here, its bytes as they were written (and a checksum in 4 more, if the descriptor says so) |
//! | 4 | number of frames |
//! | 1 | descriptor: bit 7 says that there are checksums, 2 to 6 are zero |
//! | 4 | `0x8F92EAB1`: a seek table |

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

const SKIPPABLE: u32 = 0x184D_2A5E;
const SEEKABLE: u32 = 0x8F92_EAB1;
const HEADER: u64 = 8;
const FOOTER: u64 = 9;
const ENTRY: u64 = 8;
const CHECKSUM: u64 = 4;
const HAS_CHECKSUMS: u8 = 0x80;
const RESERVED: u8 = 0x7c;
/// Most bytes of a frame that is read; ours have far fewer.
const LONGEST: u32 = 8 << 20;

/// Where the frames of a compressed file are. The ends only grow.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::log) struct Table(Vec<End>);

/// Where a frame ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct End {
    /// In the file.
    here: u64,
    /// In what was compressed.
    raw: u64,
}

/// One frame: its number, where it begins, and how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) number: usize,
    pub(super) here: u64,
    pub(super) here_bytes: usize,
    pub(super) raw: u64,
    pub(super) raw_bytes: usize,
}

impl Table {
    /// Bytes that were compressed.
    pub(super) fn raw_bytes(&self) -> u64 {
        self.0.last().map_or(0, |end| end.raw)
    }

    /// The frame that has this byte of what was compressed; `None` beyond its end.
    pub(super) fn frame_of(&self, raw: u64) -> Option<Frame> {
        let number = self.0.partition_point(|end| end.raw <= raw);
        let end = self.0.get(number)?;
        let begin = number.checked_sub(1).map_or(End::default(), |before| self.0[before]);
        let bytes = |from: u64, to: u64| usize::try_from(to - from).unwrap_or(usize::MAX);
        Some(Frame {
            number,
            here: begin.here,
            here_bytes: bytes(begin.here, end.here),
            raw: begin.raw,
            raw_bytes: bytes(begin.raw, end.raw),
        })
    }

    /// Adds a frame of so many bytes here, and as they were written.
    pub(in crate::log) fn push(&mut self, here: u32, raw: u32) {
        let last = self.0.last().copied().unwrap_or_default();
        self.0.push(End { here: last.here + u64::from(here), raw: last.raw + u64::from(raw) });
    }

    /// As it is written at the end of the file.
    pub(in crate::log) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let count = u32::try_from(self.0.len()).map_err(io::Error::other)?;
        let size = self.0.len() as u64 * ENTRY + FOOTER;
        let mut bytes = SKIPPABLE.to_le_bytes().to_vec();
        bytes.extend(u32::try_from(size).map_err(io::Error::other)?.to_le_bytes());
        let mut begin = End::default();
        for end in &self.0 {
            // Both were 32 bits when they were pushed.
            for length in [end.here - begin.here, end.raw - begin.raw] {
                bytes.extend(u32::try_from(length).map_err(io::Error::other)?.to_le_bytes());
            }
            begin = *end;
        }
        bytes.extend(count.to_le_bytes());
        bytes.push(0);
        bytes.extend(SEEKABLE.to_le_bytes());
        Ok(bytes)
    }

    /// The table of a file.
    ///
    /// # Errors
    /// `InvalidData` if it has none, or one that does not fit the file; or if it can't be read.
    pub(super) fn read(file: &File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let mut footer = [0; FOOTER as usize];
        let footer_at = length.checked_sub(FOOTER).ok_or_else(|| bad("it is too short"))?;
        file.read_exact_at(&mut footer, footer_at)?;
        let [a, b, c, d, descriptor, magic @ ..] = footer;
        if u32::from_le_bytes(magic) != SEEKABLE || descriptor & RESERVED != 0 {
            return Err(bad("it does not end with a seek table"));
        }
        let count = u64::from(u32::from_le_bytes([a, b, c, d]));
        let entry = if descriptor & HAS_CHECKSUMS == 0 { ENTRY } else { ENTRY + CHECKSUM };
        let size = count * entry + FOOTER;
        let at = length.checked_sub(HEADER + size).ok_or_else(|| bad("its seek table is longer than it"))?;
        let mut bytes = vec![0; usize::try_from(HEADER + size - FOOTER).map_err(io::Error::other)?];
        file.read_exact_at(&mut bytes, at)?;
        let (header, entries) = bytes.split_at(HEADER as usize);
        let is_whole = u32::try_from(size)
            .is_ok_and(|size| header == [SKIPPABLE.to_le_bytes(), size.to_le_bytes()].concat());
        if !is_whole {
            return Err(bad("its seek table does not begin where it should"));
        }
        let table = Self::of_entries(entries, entry as usize)?;
        let end = table.0.last().map_or(0, |end| end.here);
        if end == at { Ok(table) } else { Err(bad("its seek table does not fit its frames")) }
    }

    fn of_entries(bytes: &[u8], entry: usize) -> io::Result<Self> {
        let mut table = Self::default();
        for entry in bytes.chunks_exact(entry) {
            let (Some(here), Some(raw)) = (number(entry, 0), number(entry, 4)) else { continue };
            if here == 0 || raw == 0 || raw > LONGEST {
                return Err(bad("its seek table has a frame of no possible length"));
            }
            table.push(here, raw);
        }
        Ok(table)
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn bad(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the compressed file is damaged: {why}"))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn file_of(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn of_two() -> Table {
        let mut table = Table::default();
        table.push(3, 10);
        table.push(2, 7);
        table
    }

    #[test]
    fn a_table_is_stored_as_the_published_format_says() {
        let expected = [
            0x5e, 0x2a, 0x4d, 0x18, 25, 0, 0, 0, 3, 0, 0, 0, 10, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0,
            0, 0xb1, 0xea, 0x92, 0x8f,
        ];
        assert_eq!(of_two().to_bytes().unwrap(), expected);
        let file = file_of(&[b"aaabb".as_slice(), &expected].concat());
        assert_eq!(Table::read(&file).unwrap(), of_two());
    }

    #[test]
    fn each_byte_is_in_one_frame() {
        let table = of_two();
        let frame = |raw| table.frame_of(raw).map(|frame| (frame.number, frame.here, frame.raw));
        assert_eq!(
            [frame(0), frame(9), frame(10), frame(16)],
            [Some((0, 0, 0)), Some((0, 0, 0)), Some((1, 3, 10)), Some((1, 3, 10))]
        );
        assert_eq!((frame(17), table.raw_bytes()), (None, 17));
    }

    #[test]
    fn checksums_in_a_table_are_passed_over() {
        let bytes = [
            0x5e, 0x2a, 0x4d, 0x18, 21, 0, 0, 0, 3, 0, 0, 0, 10, 0, 0, 0, 9, 9, 9, 9, 1, 0, 0, 0, 0x80, 0xb1,
            0xea, 0x92, 0x8f,
        ];
        let mut table = Table::default();
        table.push(3, 10);
        assert_eq!(Table::read(&file_of(&[b"aaa".as_slice(), &bytes].concat())).unwrap(), table);
    }

    #[test]
    fn whatever_is_cut_off_or_changed_is_said_to_be_damaged() {
        let whole = [b"aaabb".as_slice(), &of_two().to_bytes().unwrap()].concat();
        for length in 0..whole.len() {
            assert!(Table::read(&file_of(&whole[..length])).is_err(), "cut to {length}");
        }
        for at in 5..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x40;
            // Lengths of raw bytes are found wrong by the frames themselves.
            let is_raw_length = (17..21).contains(&at) || (25..29).contains(&at);
            assert!(is_raw_length || Table::read(&file_of(&changed)).is_err(), "byte {at}");
        }
    }
}
