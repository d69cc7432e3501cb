//! A span's text in pieces: plain text, web addresses, characters that reorder what stands beside them. Pure.

use super::web_links;

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// As it is.
    Text(&'a str),
    /// A web address, which is a link.
    Address(&'a str),
    /// A bidirectional control (Unicode UAX #9), shown by its number: what is read is what was written.
    Control(char),
}

/// Splits a text.
#[must_use]
pub fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for range in web_links::find(text) {
        plain(&text[from..range.start], &mut pieces);
        // An address that would read in another order than it leads is no link.
        if text[range.clone()].contains(is_bidi_control) {
            plain(&text[range.clone()], &mut pieces);
        } else {
            pieces.push(Piece::Address(&text[range.clone()]));
        }
        from = range.end;
    }
    plain(&text[from..], &mut pieces);
    pieces
}

fn plain<'a>(mut text: &'a str, pieces: &mut Vec<Piece<'a>>) {
    while let Some((at, control)) = text.char_indices().find(|(_, c)| is_bidi_control(*c)) {
        if at > 0 {
            pieces.push(Piece::Text(&text[..at]));
        }
        pieces.push(Piece::Control(control));
        text = &text[at + control.len_utf8()..];
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
}

fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_controls_are_told_apart() {
        assert_eq!(
            split("see https://x.example, \u{202e}txt.exe"),
            [
                Piece::Text("see "),
                Piece::Address("https://x.example"),
                Piece::Text(", "),
                Piece::Control('\u{202e}'),
                Piece::Text("txt.exe")
            ]
        );
        assert_eq!(split("שלום 👨\u{200d}👩"), [Piece::Text("שלום 👨\u{200d}👩")]);
        assert!(split("").is_empty());
    }

    #[test]
    fn an_address_that_reads_backwards_is_no_link() {
        let pieces = split("https://x.example/\u{202e}moc");
        assert!(!pieces.iter().any(|piece| matches!(piece, Piece::Address(_))), "{pieces:?}");
    }
}
