use super::super::ansi::sgr::Colour;
use super::*;

fn window(first: u64, count: u64, head: LogHead) -> LogWindow {
    let lines = (first..(first + count).min(head.lines))
        .map(|n| LogLine { text: format!("line {n}"), offset: n * 10, bytes: 10, ..LogLine::default() })
        .collect();
    LogWindow { head, first, lines }
}

fn ended(lines: u64) -> LogHead {
    LogHead { lines, bytes: lines * 10, finished: true }
}

fn growing(lines: u64) -> LogHead {
    LogHead { finished: false, ..ended(lines) }
}

fn view(first: u64, count: u64) -> View {
    View { first, count }
}

fn lines_of(view: View) -> Vec<u64> {
    (view.first..view.first + view.count).collect()
}

/// Answers everything that is asked for, as the server would with a full window each.
fn settle(lines: &mut Lines, view: View) -> Vec<Ask> {
    let mut asked = Vec::new();
    while let Some(ask) = lines.ask(&lines_of(view), false) {
        assert!(asked.len() < 50, "asks without end: {ask:?}");
        asked.push(ask);
        lines.take_window(window(ask.first, u64::from(ask.count), lines.head()), view);
    }
    asked
}

#[test]
fn an_empty_log_asks_for_nothing() {
    assert_eq!(Lines::default().ask(&[0, 1, 2], false), None);
}

#[test]
fn one_answer_serves_any_view_and_stays_small() {
    let mut lines = Lines::default();
    lines.take_head(ended(10_000_000));
    let asked = settle(&mut lines, view(7_654_321, 40));
    assert_eq!(asked.len(), 1);
    assert!(u64::from(asked[0].count) * (10 + EXTRA) <= 64 * 1024);
}

#[test]
fn scrolling_from_top_to_bottom_asks_for_every_line_and_holds_few() {
    let mut lines = Lines::default();
    lines.take_head(ended(100_000));
    let mut seen = vec![false; 100_000];
    for first in (0..100_000).step_by(35) {
        let view = view(first, 40);
        for ask in settle(&mut lines, view) {
            (ask.first..ask.first + u64::from(ask.count))
                .for_each(|n| seen[usize::try_from(n).unwrap()] = true);
        }
        assert!(lines.held() <= MOST_HELD);
        assert!((first..(first + 40).min(100_000)).all(|n| lines.get(n).is_some()));
    }
    assert!(seen.iter().all(|seen| *seen));
}

#[test]
fn an_answer_cut_short_by_long_lines_is_followed_by_another() {
    let mut lines = Lines::default();
    lines.take_head(ended(2000));
    let view = view(900, 40);
    for _ in 0..200 {
        let Some(ask) = lines.ask(&lines_of(view), false) else { break };
        // 64 KiB hold only seven of these lines.
        lines.take_window(window(ask.first, u64::from(ask.count).min(7), ended(2000)), view);
    }
    assert_eq!(lines.ask(&lines_of(view), false), None);
}

#[test]
fn scattered_lines_are_asked_for_island_by_island() {
    let mut lines = Lines::default();
    lines.take_head(ended(10_000_000));
    let wanted = [10, 11, 12, 300, 301, 5_000_000];
    let view = view(10, 5_000_000);
    let mut asked = Vec::new();
    while let Some(ask) = lines.ask(&wanted, true) {
        asked.push((ask.first, ask.count));
        lines.take_window(window(ask.first, ask.count.into(), lines.head()), view);
    }
    assert_eq!(asked, [(10, 292), (5_000_000, 1)]);
}

#[test]
fn newest_lines_are_shown_at_once_and_asked_for_again_at_the_end() {
    let mut lines = Lines::default();
    let view = view(70, 30);
    lines.take_tail(window(60, 40, growing(100)), view);
    assert_eq!(lines.ask(&lines_of(view), false), None);
    lines.take_head(ended(100));
    assert_eq!(lines.ask(&lines_of(view), false), Some(Ask { first: 0, count: 100 }));
    settle(&mut lines, view);
    assert!((0..100).all(|n| lines.get(n).is_some_and(|held| held.settled)));
}

#[test]
fn an_unfinished_last_line_is_replaced_when_it_has_grown() {
    let mut lines = Lines::default();
    let view = view(0, 30);
    let mut first = window(0, 3, growing(3));
    first.lines[2].text = "half".to_owned();
    lines.take_window(first, view);
    lines.take_window(window(2, 3, growing(5)), view);
    assert_eq!(lines.get(2).unwrap().line.text, "line 2");
    assert_eq!(lines.ask(&lines_of(view), false), None);
}

#[test]
fn a_window_that_arrives_late_does_not_shrink_the_log_or_reopen_it() {
    let mut lines = Lines::default();
    let view = View::default();
    lines.take_head(ended(100));
    lines.take_window(window(0, 10, growing(10)), view);
    lines.take_tail(window(0, 10, growing(10)), view);
    assert_eq!(lines.head(), ended(100));
}

#[test]
fn colours_carry_over_between_lines_of_one_window() {
    let mut lines = Lines::default();
    let mut two = window(0, 2, ended(2));
    two.lines[0].text = "\u{1b}[31mred".to_owned();
    lines.take_window(two, view(0, 2));
    assert_eq!(lines.get(1).unwrap().spans[0].style.text, Colour::Named(1));
}

#[test]
fn a_sequence_cut_by_the_other_stream_is_put_together_again() {
    let mut lines = Lines::default();
    let mut three = window(0, 3, ended(3));
    three.lines[0].text = "a\u{1b}]0;half a ti".to_owned();
    three.lines[1].stream = Stream::Err;
    three.lines[2].text = "tle\u{7}b".to_owned();
    three.lines[2].continued = true;
    lines.take_window(three, view(0, 3));
    let text = |n| lines.get(n).unwrap().spans.iter().map(|span| span.text.clone()).collect::<String>();
    assert_eq!([text(0), text(1), text(2)], ["a", "line 1", "b"]);
}

#[test]
fn a_line_redrawn_has_another_version() {
    let mut lines = Lines::default();
    let view = view(0, 5);
    lines.take_tail(window(0, 1, growing(1)), view);
    let before = lines.get(0).unwrap().version;
    lines.take_tail(window(0, 1, growing(1)), view);
    assert_eq!(lines.get(0).unwrap().version, before);
    let mut grown = window(0, 1, growing(1));
    grown.lines[0].text.push_str(" and more");
    lines.take_tail(grown, view);
    assert_ne!(lines.get(0).unwrap().version, before);
}

#[test]
fn more_of_a_line_that_was_cut_takes_the_place_of_its_beginning() {
    let mut lines = Lines::default();
    let cut = LogLine { text: "\u{1b}[31mab".to_owned(), bytes: 12, cut: true, ..LogLine::default() };
    let whole = "\u{1b}[31mabécd\n".as_bytes();
    lines.take_window(LogWindow { head: ended(1), first: 0, lines: vec![cut] }, view(0, 1));
    let version = lines.get(0).unwrap().version;
    // A piece may end within a character.
    lines.take_beginning(0, &whole[..8]);
    let held = lines.get(0).unwrap();
    assert_eq!((held.spans[0].text.as_str(), held.line.cut), ("ab", true));
    lines.take_beginning(0, whole);
    let held = lines.get(0).unwrap();
    assert_eq!((held.spans[0].text.as_str(), held.line.cut), ("abécd", false));
    assert_eq!(held.spans[0].style.text, Colour::Named(1));
    assert_ne!(held.version, version);
    assert_eq!(lines.ask(&[0], false), None);
}
