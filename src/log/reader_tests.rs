use lastmile_protocol::{LogLine, LogWindow};

use super::*;

const HEIGHT: f64 = 410.0;

fn window(first: u64, count: u64, head: LogHead, text: impl Fn(u64) -> String) -> LogWindow {
    let lines = (first..(first + count).min(head.lines))
        .map(|n| LogLine { text: text(n), offset: n * 10, bytes: 10, ..LogLine::default() })
        .collect();
    LogWindow { head, first, lines }
}

fn head(lines: u64, finished: bool) -> LogHead {
    LogHead { lines, bytes: lines * 10, finished }
}

fn open(lines: u64, selection: Option<Selection>, text: impl Fn(u64) -> String + Copy) -> (Reader, u32) {
    let mut reader = Reader::new(selection, head(lines, false));
    reader.measure(Some(20.0), HEIGHT);
    let ask = reader.first_ask(200);
    reader.take(ask, Ok(window(ask.first, 200, head(lines, true), text)));
    let asked = settle(&mut reader, text);
    (reader, asked + 1)
}

/// Answers all questions; gives how many there were.
fn settle(reader: &mut Reader, text: impl Fn(u64) -> String + Copy) -> u32 {
    let mut asked = 0;
    while let Some(ask) = reader.wanted() {
        reader.take(ask, Ok(window(ask.first, ask.count.into(), reader.head(), text)));
        asked += 1;
        assert!(asked < 100, "asks without end");
    }
    asked
}

fn number(n: u64) -> String {
    (n + 1).to_string()
}

fn first(reader: &Reader) -> u64 {
    reader.shown().first
}

#[test]
fn a_link_to_a_line_of_a_huge_log_costs_one_question() {
    let (reader, asked) = open(10_000_000, Some(Selection::line(9_999_998)), number);
    assert_eq!(asked, 1);
    let (looks, _) = reader.drawing();
    assert!(looks.iter().any(|look| look.number == 9_999_998 && look.selected && look.version.is_some()));
    assert!(looks.len() < 100);
}

#[test]
fn a_finished_log_whose_length_is_known_opens_at_its_end_with_one_question() {
    let (reader, asked) = open(10_000_000, None, number);
    assert_eq!(asked, 1);
    assert!(reader.shown().follow);
    assert_eq!(reader.drawing().0.last().unwrap().number, 9_999_999);
}

#[test]
fn a_key_moves_exactly_one_line_anywhere_in_a_huge_log() {
    let (mut reader, _) = open(10_000_000, None, number);
    for line in [0, 1234, 99_999, 5_000_000, 9_999_900] {
        reader.go_to(line);
        let start = first(&reader);
        for step in 1..=300 {
            reader.step(Step::LineDown);
            if start + step < 9_999_970 {
                assert_eq!(first(&reader), start + step);
            }
        }
        let end = first(&reader);
        reader.step(Step::LineUp);
        assert_eq!(first(&reader), end - 1);
    }
    reader.step(Step::End);
    assert!(reader.shown().follow);
    let last = first(&reader);
    reader.step(Step::LineUp);
    assert_eq!(first(&reader), last - 1);
    assert!(!reader.shown().follow);
    reader.step(Step::PageUp);
    assert_eq!(first(&reader), last - 1 - 19);
    reader.step(Step::Start);
    assert_eq!(first(&reader), 0);
}

#[test]
fn scrolling_up_leaves_the_end_and_counts_what_comes() {
    let mut reader = Reader::new(None, head(1000, false));
    reader.measure(Some(20.0), HEIGHT);
    reader.take_tail(window(900, 100, head(1000, false), number));
    assert!(reader.shown().follow);
    reader.scrolled(reader.bar() - 5.0);
    assert!(!reader.shown().follow, "a small movement up is enough");
    reader.take_tail(window(1400, 100, head(1500, false), number));
    assert_eq!((reader.shown().news, reader.shown().heavy), (500, true));
    let stays = first(&reader);
    reader.take_tail(window(2400, 100, head(2500, false), number));
    assert_eq!(first(&reader), stays);
    reader.step(Step::End);
    assert_eq!((reader.shown().news, reader.shown().follow), (0, true));
    reader.take_tail(window(2410, 100, head(2510, false), number));
    assert_eq!(reader.drawing().0.last().unwrap().number, 2509);
}

#[test]
fn what_a_log_held_when_a_link_opened_it_is_not_news() {
    let mut reader = Reader::new(Some(Selection::line(10)), LogHead::default());
    reader.measure(Some(20.0), HEIGHT);
    let ask = reader.first_ask(200);
    reader.take(ask, Ok(window(ask.first, 200, head(1000, false), number)));
    assert_eq!(reader.shown().news, 0);
    reader.take_tail(window(1000, 7, head(1007, false), number));
    assert_eq!((reader.shown().news, reader.shown().follow), (7, false));
}

#[test]
fn lines_that_turn_out_tall_keep_the_place() {
    let (mut reader, _) = open(5000, Some(Selection::line(2500)), number);
    let start = first(&reader);
    let above: Vec<(u64, f64)> = reader.drawing().0.iter().map(|look| (look.number, 60.0)).collect();
    assert!(reader.measured(&above));
    assert_eq!(first(&reader), start);
    assert!(!reader.measured(&above));
    reader.step(Step::LineDown);
    assert_eq!(first(&reader), start + 1);
}

#[test]
fn the_end_stays_in_sight_when_its_lines_turn_out_tall() {
    let (mut reader, _) = open(5000, None, number);
    let heights: Vec<(u64, f64)> = reader.drawing().0.iter().map(|look| (look.number, 100.0)).collect();
    reader.measured(&heights);
    // 410 pixels hold four lines of 100 and a bit.
    assert_eq!(first(&reader), 4995);
    assert!(reader.shown().follow);
}

fn grouped(n: u64) -> String {
    match n {
        100 => "::group::Copy".to_owned(),
        150 => "::endgroup::".to_owned(),
        _ => n.to_string(),
    }
}

#[test]
fn a_group_folds_to_its_head_and_lines_keep_their_numbers() {
    let (mut reader, _) = open(5000, Some(Selection::line(100)), grouped);
    assert!(reader.toggle_group(100));
    let numbers: Vec<u64> = reader.drawing().0.iter().map(|look| look.number).collect();
    assert!(numbers.windows(2).any(|pair| pair == [100, 151]), "{numbers:?}");
    let head = reader.drawing().0.into_iter().find(|look| look.number == 100).unwrap();
    assert_eq!(head.folded, Some(50));
    reader.select(Some(Selection::line(120)));
    assert!(reader.drawing().0.iter().any(|look| look.number == 120));
}

#[test]
fn the_end_of_a_group_beyond_what_is_held_has_to_be_looked_for() {
    let text = |n: u64| if n == 100 { "::group::Long".to_owned() } else { n.to_string() };
    let (mut reader, _) = open(1_000_000, Some(Selection::line(100)), text);
    assert!(!reader.toggle_group(100));
    reader.fold(100, 900_000);
    let numbers: Vec<u64> = reader.drawing().0.iter().map(|look| look.number).collect();
    assert!(numbers.windows(2).any(|pair| pair == [100, 900_000]), "{numbers:?}");
}

#[test]
fn a_filter_shows_matches_far_apart_and_asks_for_little() {
    let (mut reader, _) = open(10_000_000, None, number);
    reader.filter(Some(vec![5, 5_000_000, 9_000_000]));
    assert_eq!(settle(&mut reader, number), 3);
    let (looks, _) = reader.drawing();
    assert!(looks.iter().all(|look| look.version.is_some()));
    assert_eq!(looks.len(), 21);
    assert_eq!(looks.iter().map(|look| look.left_out).max(), Some(4_999_988));
    reader.filter(None);
    assert_eq!(reader.shown().head.lines, 10_000_000);
}

#[test]
fn the_latest_progress_counts_whatever_the_order_of_answers() {
    let text = |n: u64| format!("LASTMILE_PROGRESS=0.{n} step");
    let mut reader = Reader::new(None, LogHead::default());
    reader.take_tail(window(5, 3, head(8, false), text));
    reader.take(Ask { first: 0, count: 5 }, Ok(window(0, 5, head(8, false), text)));
    assert_eq!(reader.shown().progress.unwrap().number(), "70 %");
}

#[test]
fn a_line_longer_than_a_window_opens_in_growing_steps_up_to_a_bound() {
    let text = "x".repeat(64 * 1024);
    let mut reader = Reader::new(None, head(1, false));
    let line = LogLine { text, offset: 0, bytes: 5_000_000, cut: true, ..LogLine::default() };
    let window = LogWindow { head: head(1, true), first: 0, lines: vec![line] };
    reader.take(Ask { first: 0, count: 1 }, Ok(window));
    let mut asked = Vec::new();
    while let Some(range) = reader.more_of(0) {
        asked.push(range.end);
        reader.take_more(0, Ok(vec![b'x'; usize::try_from(range.end).unwrap()]));
        assert!(asked.len() < 10, "asks without end");
    }
    assert_eq!(asked, [256 * 1024, 1024 * 1024]);
    assert!(!has_more(reader.line(0).unwrap()));
}
