use std::io::Read as _;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::log::LogReader;
use crate::log::entry::{CONTINUED, Entry};

const PLENTY: u64 = 1 << 30;

fn writer(cap: u64) -> (TempDir, LogWriter) {
    let dir = tempfile::tempdir().unwrap();
    let writer = LogWriter::begin(dir.path(), cap).unwrap();
    (dir, writer)
}

fn stored(dir: &TempDir) -> (Vec<u8>, Vec<Entry>) {
    let index = std::fs::read(dir.path().join(INDEX)).unwrap();
    let (entries, torn) = index.as_chunks();
    assert!(torn.is_empty());
    (std::fs::read(dir.path().join(LOG)).unwrap(), entries.iter().map(Entry::from_bytes).collect())
}

/// What one stream wrote, read back by the index.
fn of_stream(log: &[u8], entries: &[Entry], stream: Stream) -> Vec<u8> {
    let ends = entries.iter().skip(1).map(|next| next.offset as usize).chain([log.len()]);
    let own = entries.iter().zip(ends).filter(|(entry, _)| entry.stream == stream);
    own.flat_map(|(entry, end)| log[entry.offset as usize..end].to_vec()).collect()
}

#[test]
fn a_line_has_one_entry_however_many_pieces_it_comes_in() {
    let (dir, mut writer) = writer(PLENTY);
    writer.append(Stream::Out, 1, b"one ", &[]).unwrap();
    writer.append(Stream::Out, 2, b"line\nand ano", &[]).unwrap();
    writer.append(Stream::Out, 3, b"ther", &[]).unwrap();
    let (log, entries) = stored(&dir);
    assert_eq!(log, b"one line\nand another");
    let places: Vec<_> = entries.iter().map(|entry| (entry.offset, entry.ms, entry.flags)).collect();
    assert_eq!(places, [(0, 1, 0), (9, 2, 0)]);
}

#[test]
fn a_switch_of_stream_in_mid_line_begins_an_entry_that_says_so() {
    let (dir, mut writer) = writer(PLENTY);
    writer.append(Stream::Out, 0, b"wait", &[]).unwrap();
    writer.append(Stream::Err, 0, b"trouble\n", &[]).unwrap();
    writer.append(Stream::Out, 0, b"ing\n", &[]).unwrap();
    let (log, entries) = stored(&dir);
    assert_eq!(log, b"waittrouble\ning\n");
    let flags: Vec<_> = entries.iter().map(|entry| (entry.stream, entry.flags)).collect();
    assert_eq!(flags, [(Stream::Out, 0), (Stream::Err, 0), (Stream::Out, CONTINUED)]);
}

#[test]
fn a_line_of_our_own_in_mid_line_stands_on_a_line_of_its_own() {
    let (dir, mut writer) = writer(PLENTY);
    writer.append(Stream::Out, 0, b"half", &[]).unwrap();
    writer.system(0, "two\nlines", false).unwrap();
    writer.append(Stream::Out, 0, b" a line\n", &[]).unwrap();
    let (log, entries) = stored(&dir);
    assert_eq!(log, b"half\nlastmile: two lines\n a line\n");
    assert_eq!(of_stream(&log, &entries, Stream::Out), b"half a line\n");
    assert_eq!(entries[2].flags, CONTINUED);
}

#[test]
fn a_mask_marks_its_line_also_if_the_line_was_begun_before() {
    let (dir, mut writer) = writer(PLENTY);
    writer.append(Stream::Out, 0, b"plain\nbegun ", &[]).unwrap();
    writer.append(Stream::Out, 0, b"*** on\nplain\nnew ***\n", &[0, 17]).unwrap();
    let flags: Vec<_> = stored(&dir).1.iter().map(|entry| entry.flags).collect();
    assert_eq!(flags, [0, MASKED, 0, MASKED]);
}

#[test]
fn what_was_begun_before_is_not_begun_again() {
    let (dir, mut writer) = writer(PLENTY);
    writer.append(Stream::Out, 0, b"x", &[]).unwrap();
    let again = LogWriter::begin(dir.path(), PLENTY).unwrap_err();
    assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
}

#[test]
fn the_cap_keeps_what_fits_to_the_byte_and_counts_the_rest() {
    // Half of a small cap is for our own lines; the other half holds one entry and 4 bytes.
    let (dir, mut writer) = writer(40);
    writer.append(Stream::Out, 0, b"abcdef\nsecond\nthird", &[]).unwrap();
    assert_eq!(stored(&dir).0, b"abcd");
    assert_eq!(writer.left_out(), LeftOut { bytes: 15, lines: 2 });
    writer.append(Stream::Out, 0, b" goes on\n", &[]).unwrap();
    assert_eq!(writer.left_out(), LeftOut { bytes: 24, lines: 2 });
    assert_eq!((writer.bytes(), writer.lines()), (4, 1));
}

#[test]
fn after_a_failed_write_log_and_index_agree_and_the_rest_is_counted() {
    let (dir, mut writer) = writer(PLENTY);
    writer.append(Stream::Out, 0, b"kept\n", &[]).unwrap();
    // A full disk, as the kernel reports it.
    let whole = std::mem::replace(&mut writer.log, File::options().write(true).open("/dev/full").unwrap());
    let failed = writer.append(Stream::Out, 0, b"lost\nalso lost\n", &[]).unwrap_err();
    assert_eq!(failed.kind(), io::ErrorKind::StorageFull);
    writer.append(Stream::Err, 0, b"lost too", &[]).unwrap();
    assert_eq!(writer.left_out(), LeftOut { bytes: 23, lines: 3 });
    writer.log = whole;
    writer.system(0, "left out", true).unwrap();
    let (log, entries) = stored(&dir);
    assert_eq!(log, b"kept\nlastmile: left out\n");
    let places: Vec<_> = entries.iter().map(|entry| (entry.offset, entry.flags)).collect();
    assert_eq!(places, [(0, 0), (5, GAP)]);
}

fn pieces() -> impl Strategy<Value = Vec<(Stream, Vec<u8>)>> {
    let byte = prop_oneof![2 => Just(b'\n'), 1 => Just(b'\r'), 5 => any::<u8>()];
    let piece = proptest::collection::vec(byte, 0..30);
    proptest::collection::vec((prop_oneof![Just(Stream::Out), Just(Stream::Err)], piece), 0..40)
}

fn written(pieces: &[(Stream, Vec<u8>)], stream: Stream) -> Vec<u8> {
    pieces.iter().filter(|(of, _)| *of == stream).flat_map(|(_, bytes)| bytes.clone()).collect()
}

proptest! {
    #[test]
    fn any_pieces_of_any_bytes_are_kept_and_each_line_is_found(pieces in pieces()) {
        let (dir, mut writer) = writer(PLENTY);
        for (stream, bytes) in &pieces {
            writer.append(*stream, 0, bytes, &[]).unwrap();
        }
        let (log, entries) = stored(&dir);
        for stream in [Stream::Out, Stream::Err] {
            let bytes = written(&pieces, stream);
            prop_assert_eq!(of_stream(&log, &entries, stream), bytes.clone());
            let lines = bytes.split_inclusive(|byte| *byte == b'\n').count();
            let begun = entries.iter().filter(|entry| entry.stream == stream && !entry.is(CONTINUED)).count();
            prop_assert_eq!(begun, lines);
        }
        prop_assert_eq!(LogReader::open(dir.path()).unwrap().head().unwrap().lines, writer.lines());
    }

    #[test]
    fn no_cap_is_ever_exceeded_and_nothing_is_uncounted(pieces in pieces(), cap in 0u64..2000) {
        let (dir, mut writer) = writer(cap);
        for (stream, bytes) in &pieces {
            writer.append(*stream, 0, bytes, &[]).unwrap();
        }
        let (bytes, left_out) = (writer.bytes(), writer.left_out());
        let (_, entries) = stored(&dir);
        let begun = entries.iter().filter(|entry| !entry.is(CONTINUED)).count() as u64;
        for _ in 0..30 {
            writer.system(0, "a line of our own", false).unwrap();
        }
        let (log, entries) = stored(&dir);
        prop_assert!(log.len() as u64 + entries.len() as u64 * ENTRY_BYTES <= cap);
        let total: usize = pieces.iter().map(|(_, bytes)| bytes.len()).sum();
        prop_assert_eq!(bytes + left_out.bytes, total as u64);
        let lines = |stream| written(&pieces, stream).split_inclusive(|byte| *byte == b'\n').count() as u64;
        prop_assert_eq!(begun + left_out.lines, lines(Stream::Out) + lines(Stream::Err));
    }
}

/// Everything that a reader can be told, line by line.
fn all_lines(dir: &TempDir) -> Vec<lastmile_protocol::LogLine> {
    let reader = LogReader::open(dir.path()).unwrap();
    let mut lines = Vec::new();
    loop {
        let window = reader.window(lines.len() as u64, 1000).unwrap();
        if window.lines.is_empty() {
            return lines;
        }
        lines.extend(window.lines);
    }
}

#[test]
fn a_dropped_middle_leaves_beginning_and_end_with_their_line_numbers() {
    let (cap, total) = (1 << 19, 100_000u64);
    let dir = tempfile::tempdir().unwrap();
    let mut writer = LogWriter::begin_with(dir.path(), cap, WhenFull::DropMiddle).unwrap();
    let text: String = (0..total).map(|n| format!("line {n}\n")).collect();
    for piece in text.as_bytes().chunks(60_001) {
        writer.append(Stream::Out, 0, piece, &[]).unwrap();
    }
    let lines = all_lines(&dir);
    assert_eq!(lines.len() as u64, total);
    let gap = LogReader::open(dir.path()).unwrap().gap().unwrap();
    let left_out = writer.left_out();
    assert_eq!(left_out.lines, gap.lines.end - gap.lines.start);
    for (number, line) in (0u64..).zip(&lines) {
        assert_eq!(line.gap, gap.lines.contains(&number), "line {number}");
        if !line.gap {
            assert_eq!(line.text, format!("line {number}"));
        }
    }
    let says = &lines[usize::try_from(gap.lines.start).unwrap()].text;
    assert_eq!(*says, format!("lastmile: {} bytes, {} lines left out", left_out.bytes, left_out.lines));
    let kept: u64 = lines.iter().filter(|line| !line.gap).map(|line| line.bytes).sum();
    assert_eq!(kept + left_out.bytes, text.len() as u64);
    assert!(kept > cap / 5, "{kept} bytes are kept of {cap}");
}

#[test]
fn a_dropped_middle_takes_no_space() {
    use std::os::unix::fs::MetadataExt as _;
    let cap = 1 << 20;
    let dir = tempfile::tempdir().unwrap();
    let mut writer = LogWriter::begin_with(dir.path(), cap, WhenFull::DropMiddle).unwrap();
    for _ in 0..60 {
        writer.append(Stream::Out, 0, &b"y\n".repeat(8192), &[]).unwrap();
        let taken: u64 = [LOG, INDEX]
            .iter()
            .map(|name| std::fs::metadata(dir.path().join(name)).unwrap().blocks() * 512)
            .sum();
        assert!(taken <= cap, "{taken} bytes are taken of {cap}");
    }
    assert!(writer.bytes() + writer.lines() * ENTRY_BYTES > 5 * cap);
}

#[test]
fn a_middle_that_can_not_be_given_up_stays_and_is_not_counted_as_left_out() {
    let (cap, total) = (1 << 19, 100_000u64);
    let dir = tempfile::tempdir().unwrap();
    let mut writer = LogWriter::begin_with(dir.path(), cap, WhenFull::DropMiddle).unwrap();
    let text: String = (0..total).map(|n| format!("line {n}\n")).collect();
    // Nothing can be written where it would say so.
    std::fs::create_dir(dir.path().join("gap.new")).unwrap();
    for piece in text.as_bytes().chunks(60_001) {
        writer.append(Stream::Out, 0, piece, &[]).unwrap();
    }
    let (lines, left_out) = (all_lines(&dir), writer.left_out());
    let kept: u64 = lines.iter().map(|line| line.bytes).sum();
    assert_eq!(kept + left_out.bytes, text.len() as u64);
    assert_eq!(lines.len() as u64 + left_out.lines, total);
    assert!(writer.sync().is_err(), "what could not be put on the disk is forgotten");
}

#[test]
fn the_middle_of_one_endless_line_can_be_dropped_too() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = LogWriter::begin_with(dir.path(), 1 << 20, WhenFull::DropMiddle).unwrap();
    for n in 0..1000u32 {
        writer.append(Stream::Out, 0, format!("{n:>10}").repeat(1000).as_bytes(), &[]).unwrap();
    }
    let left_out = writer.left_out();
    assert_eq!(left_out.lines, 0);
    let mut text = String::new();
    let reader = LogReader::open(dir.path()).unwrap();
    reader.text(reader.head().unwrap().bytes).unwrap().read_to_string(&mut text).unwrap();
    let said = format!("\nlastmile: {} bytes, 0 lines left out\n", left_out.bytes);
    let (beginning, end) = text.split_once(&said).unwrap();
    assert_eq!(beginning.len() as u64 + end.len() as u64 + left_out.bytes, 10_000_000);
    assert!(beginning.starts_with("         0") && end.ends_with("       999"));
}

#[test]
fn a_search_and_a_text_go_around_a_dropped_middle() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = LogWriter::begin_with(dir.path(), 1 << 19, WhenFull::DropMiddle).unwrap();
    let text: String = (0..100_000).map(|n| format!("line {n} of many\n")).collect();
    for piece in text.as_bytes().chunks(5000) {
        writer.append(Stream::Out, 0, piece, &[]).unwrap();
    }
    let reader = LogReader::open(dir.path()).unwrap();
    let gap = reader.gap().unwrap();
    let pattern = crate::log::Pattern::plain("of many", true).unwrap();
    let query = crate::log::Query { pattern, after: 0, stream: None };
    let nobody_leaves = std::sync::atomic::AtomicBool::new(false);
    let limits = crate::log::Limits {
        lines: 1 << 20,
        bytes: u64::MAX,
        time: std::time::Duration::from_secs(600),
        cancelled: &nobody_leaves,
    };
    let found = reader.search(&query, limits).unwrap();
    let expected: Vec<u64> = (0..100_000).filter(|line| !gap.lines.contains(line)).collect();
    assert_eq!(found.lines, expected);
    let mut text = String::new();
    reader.text(reader.head().unwrap().bytes).unwrap().read_to_string(&mut text).unwrap();
    let lines: Vec<_> = text.lines().filter(|line| line.starts_with("line ")).collect();
    assert_eq!(lines.len(), expected.len());
    assert_eq!(lines.last(), Some(&"line 99999 of many"));
}
