use proptest::prelude::*;

use super::sgr::{BOLD, Colour, Style};
use super::*;

#[path = "../../../fuzz/src/check.rs"]
mod check;

fn spans(line: &str) -> Vec<Span> {
    parse(&Pen::default(), line).0.spans
}

fn plain(line: &str) -> String {
    parse(&Pen::default(), line).0.text()
}

fn named(colour: u8) -> Style {
    Style { text: Colour::Named(colour), ..Style::default() }
}

#[test]
fn plain_text_is_one_span() {
    let (all, end) = parse(&Pen::default(), "hello\tworld");
    assert_eq!(all.spans, [Span { text: "hello\tworld".to_owned(), style: Style::default(), link: None }]);
    assert_eq!(end, Pen::default());
    assert!(spans("").is_empty());
}

#[test]
fn colours_begin_and_end_where_the_sequence_says() {
    let all = spans("a\x1b[31mred\x1b[0m b");
    let texts: Vec<(&str, Style)> = all.iter().map(|span| (span.text.as_str(), span.style)).collect();
    assert_eq!(texts, [("a", Style::default()), ("red", named(1)), (" b", Style::default())]);
}

#[test]
fn a_colour_left_open_carries_over_to_the_next_line() {
    let (_, end) = parse(&Pen::default(), "\x1b[1;92mstart");
    assert_eq!(end.style, Style { text: Colour::Named(10), attributes: BOLD, ..Style::default() });
    assert_eq!(parse(&end.next_line(), "next").0.spans[0].style, end.style);
}

#[test]
fn all_three_ways_to_name_a_colour_are_read() {
    let style = |line: &str| spans(line)[0].style.text;
    assert_eq!(style("\x1b[38;5;196mx"), Colour::Rgb(255, 0, 0));
    assert_eq!(style("\x1b[38;5;9mx"), Colour::Named(9));
    assert_eq!(style("\x1b[38;5;244mx"), Colour::Rgb(128, 128, 128));
    assert_eq!(style("\x1b[38;2;1;2;3mx"), Colour::Rgb(1, 2, 3));
    assert_eq!(style("\x1b[38:2::1:2:3mx"), Colour::Rgb(1, 2, 3));
    assert_eq!(style("\x1b[38:5:1mx"), Colour::Named(1));
}

#[test]
fn a_colour_out_of_range_changes_nothing_and_the_rest_still_counts() {
    assert_eq!(spans("\x1b[38;5;300;1mx")[0].style, Style { attributes: BOLD, ..Style::default() });
}

#[test]
fn a_carriage_return_overwrites() {
    assert_eq!(plain("10 %\r100 %"), "100 %");
    assert_eq!(plain("long line\rshort"), "shortline");
    assert_eq!(plain("long line\r\x1b[Kshort"), "short");
    assert_eq!(plain("kept\r"), "kept");
    assert_eq!(plain("abc\x08\x08X"), "aXc");
}

#[test]
fn the_cursor_moves_within_its_line_only() {
    assert_eq!(plain("10 %\x1b[1G100 %"), "100 %");
    assert_eq!(plain("service\x1b[12G[ ok ]"), "service    [ ok ]");
    assert_eq!(plain("a\x1b[2Cb\x1b[3DX"), "aX b");
    assert_eq!(plain("a\x1b[65535Cb").len(), 1001);
    assert_eq!(plain("a\x1b[5C"), "a");
    assert_eq!(plain("a\x1b[9Cb\tc"), "a         b\tc");
    assert_eq!(plain("up\x1b[3A\x1b[7Hdown"), "updown");
}

#[test]
fn wide_and_combining_characters_take_the_columns_of_a_terminal() {
    assert_eq!(plain("日本\rab"), "ab本");
    assert_eq!(plain("日本\ra"), "a 本");
    assert_eq!(plain("abcd\r日"), "日cd");
    assert_eq!(plain("e\u{301}x\r\x1b[Ko\u{308}"), "o\u{308}");
    assert_eq!(plain("👍\u{1f3fd} ok\r\n"), "👍\u{1f3fd} ok");
    assert_eq!(plain("a\tb\rX"), "X\tb");
    assert_eq!(plain("\x1b[1ma\tb\rXY"), "XY      b");
}

#[test]
fn every_other_sequence_is_dropped_whole() {
    assert_eq!(plain("\x1b]0;title\x07text"), "text");
    assert_eq!(plain("\x1b]0;✓ title\x07text"), "text");
    assert_eq!(plain("\x1b]0;✓ title\x1b\\text"), "text");
    assert_eq!(plain("\x1bPq✜ sixel\x1b\\text"), "text");
    assert_eq!(plain("\x1b_Gf=100;✜payload\x1b\\text"), "text");
    assert_eq!(plain("\x1b^private ✜\x1b\\text"), "text");
    assert_eq!(plain("\x1b[2J\x1b[10;10Hat\x1b[?25l"), "at");
    assert_eq!(plain("bell\x07 nul\0 del\x7f"), "bell nul del");
    assert_eq!(plain("\x1b[31✜text"), "✜text");
    assert_eq!(plain("\x1b]52;c;c2VjcmV0"), "");
}

#[test]
fn a_link_leads_to_the_web_only() {
    let all = spans("\x1b]8;id=1;https://x.example/a;b\x1b\\the log\x1b]8;;\x1b\\ end");
    assert_eq!(all[0].link, Some(Link("https://x.example/a;b".into())));
    assert_eq!((all[0].text.as_str(), all[1].text.as_str(), &all[1].link), ("the log", " end", &None));
    for bad in ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "javascript://x"] {
        assert_eq!(spans(&format!("\x1b]8;;{bad}\x07text"))[0].link, None, "{bad}");
    }
}

#[test]
fn a_sequence_that_the_other_stream_interrupts_goes_on_afterwards() {
    let (first, pen) = parse(&Pen::default(), "a\x1b]0;half a ti");
    let (second, _) = parse(&pen, "tle\x07b");
    assert_eq!((first.text(), second.text()), ("a".to_owned(), "b".to_owned()));
    // A new line does not.
    assert_eq!(parse(&pen.next_line(), "tle").0.text(), "tle");
}

#[test]
fn letters_beyond_ascii_survive_between_sequences() {
    assert_eq!(plain("\x1b[32mnaïve ☃ 日本\x1b[m"), "naïve ☃ 日本");
}

#[test]
fn erasing_the_whole_line_keeps_the_column() {
    assert_eq!(plain("abc\x1b[2Kd"), "   d");
}

/// Files named `NAME.txt` (bytes as a program writes them) beside `NAME.seen` (the text that must be seen).
#[test]
fn fixtures_keep_their_visible_text() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/log/ansi/fixtures");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "txt") {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            let mut pen = Pen::default();
            let mut seen = String::new();
            for line in text.lines() {
                let (parsed, end) = parse(&pen, line);
                pen = end.next_line();
                seen.push_str(&parsed.text());
                seen.push('\n');
            }
            assert_eq!(
                seen,
                std::fs::read_to_string(path.with_extension("seen")).unwrap(),
                "{}",
                path.display()
            );
            count += 1;
        }
    }
    assert!(count >= 20, "only {count} fixtures");
}

/// Sequences with a payload that must never be seen, each with its end.
fn hidden() -> impl Strategy<Value = String> {
    let payload = "[A-Za-z0-9 ;:=/✓✜日é\u{9c}-]{0,20}";
    prop_oneof![
        payload.prop_map(|it| format!("\x1b]0;{it}\x07")),
        payload.prop_map(|it| format!("\x1b]1337;{it}\x1b\\")),
        payload.prop_map(|it| format!("\x1bP{it}\x1b\\")),
        payload.prop_map(|it| format!("\x1b_{it}\x1b\\")),
        payload.prop_map(|it| format!("\x1b^{it}\x1b\\")),
        payload.prop_map(|it| format!("\x1bX{it}\x1b\\")),
        "[0-9;:]{0,12}[ABEFHJL-Zf-ln-z]".prop_map(|it| format!("\x1b[{it}")),
        "[0-9;]{0,8}m".prop_map(|it| format!("\x1b[{it}")),
        "[()*+][A-Z0-9]".prop_map(|it| format!("\x1b{it}")),
        "\\?[0-9]{1,4}[hl]".prop_map(|it| format!("\x1b[{it}")),
    ]
}

fn visible_text() -> impl Strategy<Value = String> {
    "[A-Za-z0-9 .:✓日é]{0,12}"
}

proptest! {
    #[test]
    fn text_between_sequences_is_seen_and_payloads_are_not(
        parts in prop::collection::vec((visible_text(), hidden()), 0..8)
    ) {
        let line: String = parts.iter().flat_map(|(text, hidden)| [text.as_str(), hidden]).collect();
        let seen: String = parts.iter().map(|(text, _)| text.as_str()).collect();
        prop_assert_eq!(plain(&line), seen);
    }

    #[test]
    fn splitting_a_line_anywhere_gives_the_same_spans(
        line in "[\x00-\x09\x0b-\x7f✓日é\u{301}\u{9b}\u{9c}\u{9d}]{0,60}",
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)
    ) {
        let whole = { let mut row = Line::begin(&Pen::default()); row.feed(&line); row.end() };
        let starts: Vec<usize> = line.char_indices().map(|(at, _)| at).chain([line.len()]).collect();
        let mut places: Vec<usize> = cuts.iter().map(|cut| *cut.get(&starts)).collect();
        places.sort_unstable();
        let mut row = Line::begin(&Pen::default());
        let mut from = 0;
        for to in places.into_iter().chain([line.len()]) {
            row.feed(&line[from..to]);
            from = to;
        }
        prop_assert_eq!(row.end(), whole);
    }

    #[test]
    fn any_bytes_cut_anywhere_are_read_the_same_and_stay_harmless(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0x1b), Just(b']'), Just(b'['), Just(b';'), Just(b'm')], 0..120)
    ) {
        check::check(&bytes);
    }

    #[test]
    fn no_control_character_is_ever_shown(line in "\\PC*|[\x00-\x7f\u{80}-\u{9f}]{0,80}") {
        let seen = plain(&line);
        prop_assert!(!seen.chars().any(|c| c.is_control() && c != '\t'), "{:?}", seen);
    }
}
