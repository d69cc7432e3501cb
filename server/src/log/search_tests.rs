use lastmile_protocol::Stream;
use tempfile::TempDir;

use super::*;
use crate::log::LogWriter;

fn log_of(pieces: &[(Stream, &[u8])]) -> (TempDir, LogReader) {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = LogWriter::begin(dir.path(), 1 << 40).unwrap();
    for (stream, bytes) in pieces {
        writer.append(*stream, 0, bytes, &[]).unwrap();
    }
    let reader = LogReader::open(dir.path()).unwrap();
    (dir, reader)
}

const ALL: u64 = u64::MAX;

#[test]
fn lines_with_the_text_are_found_once_each() {
    let (_dir, log) = log_of(&[(Stream::Out, b"error one\nfine\nerror error\nlast error")]);
    let found = log.search("error", 0, 100, ALL).unwrap();
    assert_eq!((found.lines, found.next), (vec![0, 2, 3], None));
    assert_eq!(log.search("error", 1, 100, ALL).unwrap().lines, [2, 3]);
    assert_eq!(log.search("Error", 0, 100, ALL).unwrap().lines, [0u64; 0]);
    assert_eq!(log.search("", 0, 100, ALL).unwrap().lines, [0u64; 0]);
}

#[test]
fn pages_of_matches_join_to_all_of_them() {
    let text: String =
        (0..10_000).map(|n| format!("line {n}{}\n", if n % 3 == 0 { " hit" } else { "" })).collect();
    let (_dir, log) = log_of(&[(Stream::Out, text.as_bytes())]);
    for (limit, max_bytes) in [(7, ALL), (100_000, 1000), (1, 1)] {
        let (mut after, mut all) = (0, Vec::new());
        loop {
            let page = log.search("hit", after, limit, max_bytes).unwrap();
            assert!(page.lines.len() <= limit);
            all.extend(page.lines);
            let Some(next) = page.next else { break };
            assert!(next > after);
            after = next;
        }
        assert_eq!(all, (0..10_000).filter(|n| n % 3 == 0).collect::<Vec<u64>>());
    }
}

#[test]
fn text_that_runs_from_one_line_into_another_is_in_neither() {
    let (_dir, log) = log_of(&[(Stream::Out, b"ab"), (Stream::Err, b"ab\n"), (Stream::Out, b"abc\n")]);
    assert_eq!(log.search("abab", 0, 10, ALL).unwrap().lines, [0u64; 0]);
    // One that begins inside such a false match is still found.
    let (_dir, log) = log_of(&[(Stream::Out, b"xa"), (Stream::Err, b"aab\n")]);
    assert_eq!(log.search("aab", 0, 10, ALL).unwrap().lines, [1]);
}

#[test]
fn a_match_in_a_very_long_line_is_found_wherever_it_stands() {
    let piece = usize::try_from(PIECE).unwrap();
    for at in [0, piece - 3, piece, 2 * piece - 1, 3 * piece - 6] {
        let mut long = vec![b'x'; 3 * piece];
        long[at..at + 6].copy_from_slice(b"needle");
        long.extend_from_slice(b"\nneedle\nno\n");
        let (_dir, log) = log_of(&[(Stream::Out, b"first\n"), (Stream::Out, &long)]);
        assert_eq!(log.search("needle", 0, 10, ALL).unwrap().lines, [1, 2], "at {at}");
    }
}
