//! What holds for any output. The fuzz target and the property tests call the same function.

use crate::log::ansi::{Line, Parsed, Pen, Span, parse};
use crate::log::convention::Kind;
use crate::log::pieces::{self, Piece};
use crate::log::utf8::Utf8;

/// Longest piece that output is cut into.
const LONGEST_PIECE: u8 = 23;

/// Reads `bytes` line by line as the viewer does, at once and in pieces, and panics where something does not hold.
///
/// The pieces are as long as the bytes themselves say, so that a fuzzer finds the cuts too.
pub(crate) fn check(bytes: &[u8]) {
    let mut pen = Pen::default();
    for line in bytes.split(|byte| *byte == b'\n') {
        let (whole, end) = parse(&pen, &String::from_utf8_lossy(line));
        assert_eq!(in_pieces(&pen, line), (whole.clone(), end.clone()), "cuts change what is read");
        whole.spans.iter().for_each(span);
        let text = whole.text();
        assert_eq!(parse(&Pen::default(), &text).0.text(), text, "what is seen holds no sequence");
        let _ = Kind::of(&text);
        // Every other line goes on where the other stream interrupted it.
        pen = if line.len().is_multiple_of(2) { end.next_line() } else { end };
    }
}

fn in_pieces(pen: &Pen, bytes: &[u8]) -> (Parsed, Pen) {
    let (mut line, mut utf8) = (Line::begin(pen), Utf8::default());
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        let length = usize::from(first % LONGEST_PIECE) + 1;
        let (piece, after) = rest.split_at(length.min(rest.len()));
        line.feed(&utf8.push(piece));
        rest = after;
    }
    line.feed(utf8.end());
    line.end()
}

/// Nothing that a span holds can do anything but be read.
fn span(span: &Span) {
    assert!(!span.text.is_empty(), "a span without text");
    assert!(!span.text.chars().any(|c| c.is_control() && c != '\t'), "a control is shown: {:?}", span.text);
    if let Some(link) = &span.link {
        let scheme = link.0.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        assert!(matches!(scheme.as_deref(), Some("http" | "https")), "a link leads to {:?}", link.0);
    }
    let mut joined = String::new();
    for piece in pieces::split(&span.text) {
        match piece {
            Piece::Text(text) | Piece::Address(text) => joined.push_str(text),
            Piece::Control(c) => joined.push(c),
        }
    }
    assert_eq!(joined, span.text, "pieces leave nothing out");
}
