use lastmile_protocol::Stream;
use proptest::prelude::*;
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
static NOBODY_LEAVES: AtomicBool = AtomicBool::new(false);

fn limits(lines: usize, bytes: u64) -> Limits<'static> {
    Limits { lines, bytes, time: Duration::from_secs(600), cancelled: &NOBODY_LEAVES }
}

/// Plain text, case counts.
fn plain(log: &LogReader, text: &str, after: u64, lines: usize, bytes: u64) -> LogMatches {
    let query = Query { pattern: Pattern::plain(text, true).unwrap(), after, stream: None };
    log.search(&query, limits(lines, bytes)).unwrap()
}

fn regex(log: &LogReader, expression: &str) -> Vec<u64> {
    let query = Query { pattern: Pattern::regex(expression, true).unwrap(), after: 0, stream: None };
    log.search(&query, limits(1000, ALL)).unwrap().lines
}

#[test]
fn lines_with_the_text_are_found_once_each() {
    let (_dir, log) = log_of(&[(Stream::Out, b"error one\nfine\nerror error\nlast error")]);
    let found = plain(&log, "error", 0, 100, ALL);
    assert_eq!((found.lines, found.next), (vec![0, 2, 3], None));
    assert_eq!(plain(&log, "error", 1, 100, ALL).lines, [2, 3]);
    assert_eq!(plain(&log, "Error", 0, 100, ALL).lines, [0u64; 0]);
}

#[test]
fn pages_of_matches_join_to_all_of_them() {
    let text: String =
        (0..10_000).map(|n| format!("line {n}{}\n", if n % 3 == 0 { " hit" } else { "" })).collect();
    let (_dir, log) = log_of(&[(Stream::Out, text.as_bytes())]);
    for (limit, max_bytes) in [(7, ALL), (100_000, 1000), (1, 1)] {
        let (mut after, mut all) = (0, Vec::new());
        loop {
            let page = plain(&log, "hit", after, limit, max_bytes);
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
    assert_eq!(plain(&log, "abab", 0, 10, ALL).lines, [0u64; 0]);
    // One that begins inside such a false match is still found.
    let (_dir, log) = log_of(&[(Stream::Out, b"xa"), (Stream::Err, b"aab\n")]);
    assert_eq!(plain(&log, "aab", 0, 10, ALL).lines, [1]);
}

#[test]
fn a_match_in_a_very_long_line_is_found_wherever_it_stands() {
    let piece = usize::try_from(PIECE).unwrap();
    for at in [0, piece - 3, piece, 2 * piece - 1, 3 * piece - 6] {
        let mut long = vec![b'x'; 3 * piece];
        long[at..at + 6].copy_from_slice(b"needle");
        long.extend_from_slice(b"\nneedle\nno\n");
        let (_dir, log) = log_of(&[(Stream::Out, b"first\n"), (Stream::Out, &long)]);
        assert_eq!(plain(&log, "needle", 0, 10, ALL).lines, [1, 2], "at {at}");
    }
}

#[test]
fn what_is_counted_goes_on_where_numbers_are_full() {
    let text: String = (0..20_000).map(|n| format!("{n}\n")).collect();
    let (_dir, log) = log_of(&[(Stream::Out, text.as_bytes())]);
    let found = plain(&log, "7", 0, 10, ALL);
    let expected = (0..20_000).filter(|n| n.to_string().contains('7')).count() as u64;
    assert_eq!((found.lines.len(), found.count, found.searched), (10, expected, 20_000));
    assert!(found.is_done());
    assert_eq!(found.next, Some(found.lines[9] + 1));
    assert!(found.marks.len() <= 1000 && found.marks.iter().any(|line| *line > 19_000));
    // Counted piece by piece, it comes to the same.
    let (mut count, mut after) = (0, 0);
    while after < 20_000 {
        let piece = plain(&log, "7", after, 10, 1000);
        count += piece.count;
        after = piece.searched;
    }
    assert_eq!(count, expected);
}

#[test]
fn a_regular_expression_sees_lines_with_their_ends() {
    let (_dir, log) = log_of(&[(Stream::Out, b"exit 0\r\nexit 12\nnext exit 12 \n\n")]);
    assert_eq!(regex(&log, r"^exit \d+$"), [0, 1]);
    assert_eq!(regex(&log, r"0\s*exit"), [0u64; 0]);
    assert_eq!(regex(&log, r"^$"), [3]);
}

#[test]
fn escape_sequences_do_not_hide_text() {
    let (_dir, log) = log_of(&[(Stream::Out, b"\x1b[31merr\x1b[1mor\x1b[0m: x\nplain error: y\n")]);
    assert_eq!(plain(&log, "error:", 0, 10, ALL).lines, [0, 1]);
    assert_eq!(plain(&log, "31m", 0, 10, ALL).lines, [0u64; 0]);
    assert_eq!(regex(&log, "^error: x$"), [0]);
}

#[test]
fn one_stream_can_be_searched_alone_and_case_ignored() {
    let (_dir, log) =
        log_of(&[(Stream::Out, b"Failed\n"), (Stream::Err, b"FAILED\n"), (Stream::Out, b"failed\n")]);
    let pattern = Pattern::plain("failed", false).unwrap();
    let query = Query { pattern, after: 0, stream: Some(Stream::Err) };
    assert_eq!(log.search(&query, limits(10, ALL)).unwrap().lines, [1]);
    let query = Query { stream: None, ..query };
    assert_eq!(log.search(&query, limits(10, ALL)).unwrap().lines, [0, 1, 2]);
}

#[test]
fn who_has_left_is_not_searched_for() {
    let mut long = vec![b'x'; 3 * usize::try_from(PIECE).unwrap()];
    long.push(b'\n');
    let (_dir, log) = log_of(&[(Stream::Out, &long.repeat(20))]);
    let query = Query { pattern: Pattern::plain("y", true).unwrap(), after: 0, stream: None };
    let left = AtomicBool::new(true);
    let found = log.search(&query, Limits { cancelled: &left, ..limits(10, ALL) }).unwrap();
    assert!(found.searched <= 1, "{}", found.searched);
}

proptest! {
    #[test]
    fn plain_search_finds_the_lines_that_a_look_at_each_would(
        lines in proptest::collection::vec("[ab\u{1b}m\\[]{0,6}", 1..40),
        needle in "[ab]{1,3}",
    ) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let (_dir, log) = log_of(&[(Stream::Out, text.as_bytes())]);
        let seen = |line: &String| {
            let mut plain = Vec::new();
            Strip::default().strip(line.as_bytes(), &mut plain);
            String::from_utf8(plain).unwrap().contains(&needle)
        };
        let expected: Vec<u64> = (0..).zip(&lines).filter(|(_, line)| seen(line)).map(|(n, _)| n).collect();
        prop_assert_eq!(plain(&log, &needle, 0, 1000, ALL).lines, expected);
    }
}
