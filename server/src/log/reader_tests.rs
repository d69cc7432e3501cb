use std::fs::File;
use std::io::{Read as _, Write as _};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::log::{EXIT, INDEX, LOG, Limits, LogWriter, Pattern, Query};

fn log_of(pieces: &[(Stream, &[u8])]) -> (TempDir, LogReader) {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = LogWriter::begin(dir.path(), 1 << 40).unwrap();
    for (stream, bytes) in pieces {
        writer.append(*stream, 7, bytes, &[]).unwrap();
    }
    let reader = LogReader::open(dir.path()).unwrap();
    (dir, reader)
}

fn texts(window: &LogWindow) -> Vec<&str> {
    window.lines.iter().map(|line| line.text.as_str()).collect()
}

#[test]
fn a_directory_without_a_log_reads_as_empty() {
    let dir = tempfile::tempdir().unwrap();
    let reader = LogReader::open(dir.path()).unwrap();
    assert_eq!(reader.head().unwrap(), LogHead::default());
    assert_eq!(reader.window(0, 10).unwrap().lines, []);
    assert_eq!(reader.tail(10).unwrap().lines, []);
}

#[test]
fn a_window_opens_at_any_line_and_ends_where_the_log_ends() {
    let (_dir, reader) = log_of(&[(Stream::Out, b"a\nb\r\nc\n\nunfinished")]);
    let window = reader.window(1, 2).unwrap();
    assert_eq!((window.first, texts(&window)), (1, vec!["b", "c"]));
    assert_eq!(texts(&reader.window(3, 10).unwrap()), ["", "unfinished"]);
    assert_eq!(texts(&reader.window(5, 10).unwrap()), [""; 0]);
    assert_eq!(texts(&reader.window(u64::MAX, 10).unwrap()), [""; 0]);
    assert_eq!(reader.head().unwrap(), LogHead { lines: 5, bytes: 18, finished: false });
}

#[test]
fn a_line_says_where_it_stands_how_long_it_is_and_whose() {
    let (_dir, reader) =
        log_of(&[(Stream::Out, b"wait"), (Stream::Err, b"\xff\n"), (Stream::Out, b"ing\r\n")]);
    let lines = reader.window(0, 10).unwrap().lines;
    let err = LogLine {
        text: "\u{fffd}".to_owned(),
        offset: 4,
        bytes: 2,
        ms: 7,
        stream: Stream::Err,
        ..Default::default()
    };
    assert_eq!(lines[1], err);
    let rest =
        LogLine { text: "ing".to_owned(), offset: 6, bytes: 5, ms: 7, continued: true, ..Default::default() };
    assert_eq!(lines[2], rest);
}

#[test]
fn an_exit_finishes_the_head() {
    let (dir, reader) = log_of(&[(Stream::Out, b"a\n")]);
    std::fs::write(dir.path().join(EXIT), "{}").unwrap();
    assert!(reader.head().unwrap().finished);
}

#[test]
fn a_line_of_a_windows_size_is_whole_and_a_longer_one_is_cut() {
    let whole = "x".repeat(WINDOW_BYTES);
    let long = "€".repeat(WINDOW_BYTES);
    let text = format!("{whole}\r\n{long}\nnext\n");
    let (_dir, reader) = log_of(&[(Stream::Out, text.as_bytes())]);
    let first = reader.window(0, 10).unwrap().lines;
    assert_eq!(first.len(), 1);
    assert!(first[0].text == whole && !first[0].cut);
    let second = reader.window(1, 10).unwrap().lines;
    assert_eq!((second.len(), second[0].cut, second[0].bytes), (1, true, long.len() as u64 + 1));
    assert!(second[0].text.len() <= WINDOW_BYTES && long.starts_with(&second[0].text));
    assert_eq!(texts(&reader.window(2, 10).unwrap()), ["next"]);
}

#[test]
fn the_tail_is_the_newest_that_fits() {
    let line = "y".repeat(WINDOW_BYTES / 2 - 1);
    let text = format!("{line}\n{line}\nlast\n");
    let (_dir, reader) = log_of(&[(Stream::Out, text.as_bytes())]);
    let tail = reader.tail(100).unwrap();
    assert_eq!((tail.first, texts(&tail)), (1, vec![line.as_str(), "last"]));
    let tail = reader.tail(1).unwrap();
    assert_eq!((tail.first, texts(&tail)), (2, vec!["last"]));
}

#[test]
fn invalid_bytes_never_make_a_window_larger_than_it_may_be() {
    let (_dir, reader) = log_of(&[(Stream::Out, &[0xff; WINDOW_BYTES])]);
    let line = &reader.window(0, 1).unwrap().lines[0];
    assert!(line.cut && line.text.len() <= WINDOW_BYTES);
    let many = [[0xff; 999].as_slice(), b"\n"].concat().repeat(60);
    let (_dir, reader) = log_of(&[(Stream::Out, &many)]);
    for window in [reader.window(0, 100).unwrap(), reader.tail(100).unwrap()] {
        assert!(window.lines.iter().map(|line| line.text.len()).sum::<usize>() <= WINDOW_BYTES);
        assert!(window.lines.iter().all(|line| !line.cut));
    }
    assert_eq!(reader.tail(100).unwrap().first, 60 - 21);
}

#[test]
fn a_torn_entry_and_entries_ahead_of_their_bytes_are_not_seen() {
    let (dir, reader) = log_of(&[(Stream::Out, b"a\nb\n")]);
    let mut index = File::options().append(true).open(dir.path().join(INDEX)).unwrap();
    for line in 0..100 {
        let entry = Entry { offset: 4 + 2 * line, ms: 0, stream: Stream::Out, flags: 0 };
        index.write_all(&entry.to_bytes()).unwrap();
    }
    index.write_all(&[1, 2, 3]).unwrap();
    assert_eq!(reader.head().unwrap().lines, 2);
    assert_eq!(texts(&reader.window(0, 10).unwrap()), ["a", "b"]);
    // Part of what the entries announce arrives: a line and the beginning of the next.
    let mut log = File::options().append(true).open(dir.path().join(LOG)).unwrap();
    log.write_all(b"c\nd").unwrap();
    assert_eq!(texts(&reader.window(0, 10).unwrap()), ["a", "b", "c", "d"]);
    assert_eq!(texts(&reader.tail(2).unwrap()), ["c", "d"]);
}

#[test]
fn an_index_of_nonsense_does_no_harm() {
    let (dir, _reader) = log_of(&[(Stream::Out, b"some\nlines\n")]);
    std::fs::write(dir.path().join(INDEX), [0xffu8; 160]).unwrap();
    let reader = LogReader::open(dir.path()).unwrap();
    assert_eq!(reader.head().unwrap().lines, 0);
    std::fs::write(dir.path().join(INDEX), [0u8; 160]).unwrap();
    assert_eq!(reader.window(0, 100).unwrap().lines.len(), 10);
    assert_eq!(reader.tail(3).unwrap().lines.len(), 3);
    let query = Query { pattern: Pattern::plain("lines", true).unwrap(), after: 0, stream: None };
    let stays = AtomicBool::new(false);
    let limits = Limits { lines: 10, bytes: 1000, time: Duration::from_secs(60), cancelled: &stays };
    assert!(reader.search(&query, limits).is_ok());
}

#[test]
fn bytes_come_in_any_range_and_end_at_the_log() {
    let (_dir, reader) = log_of(&[(Stream::Out, b"0123456789")]);
    let read = |range| {
        let mut bytes = Vec::new();
        reader.bytes(range).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    assert_eq!(read(2..5), b"234");
    assert_eq!(read(8..100), b"89");
    assert_eq!(read(50..100), b"");
}

proptest! {
    #[test]
    fn windows_joined_are_the_log(
        pieces in proptest::collection::vec("[ab€\n]{0,20}", 0..20),
        count in 1u32..8,
    ) {
        let text = pieces.concat();
        let dir = tempfile::tempdir().unwrap();
        let mut writer = LogWriter::begin(dir.path(), 1 << 30).unwrap();
        let reader = LogReader::open(dir.path()).unwrap();
        for piece in &pieces {
            writer.append(Stream::Out, 0, piece.as_bytes(), &[]).unwrap();
            let tail = reader.tail(1).unwrap();
            prop_assert_eq!(tail.head.lines, writer.lines());
        }
        let mut joined = String::new();
        let mut first = 0;
        loop {
            let window = reader.window(first, count).unwrap();
            if window.lines.is_empty() {
                break;
            }
            for line in &window.lines {
                prop_assert_eq!(line.offset, joined.len() as u64);
                joined.push_str(&line.text);
                if line.bytes > line.text.len() as u64 {
                    joined.push('\n');
                }
            }
            first += window.lines.len() as u64;
        }
        prop_assert_eq!(joined, text);
    }
}
