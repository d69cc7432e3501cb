//! Takes terminal escape sequences out of a stream of bytes, however it is cut into pieces.

/// Strips escape sequences: colours, cursor moves, titles, links. All other bytes stay as they are.
///
/// A line feed ends a sequence that was left open, so that one stray byte can't swallow the rest of a log.
#[derive(Clone, Copy, Debug, Default)]
pub struct Strip {
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    /// After ESC.
    Escape,
    /// After ESC and an intermediate byte, such as `ESC (`.
    Intermediate,
    /// In a control sequence, `ESC [` to a final byte.
    Control,
    /// In a string (title, link, device control), up to BEL or `ESC \`.
    Quoted,
    /// In a string, after an ESC.
    QuotedEscape,
}

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;
const CANCEL: u8 = 0x18;
const SUBSTITUTE: u8 = 0x1a;

impl Strip {
    /// Appends what is left of `input` to `out`.
    pub fn strip(&mut self, mut input: &[u8], out: &mut Vec<u8>) {
        while !input.is_empty() {
            if self.state == State::Text {
                let plain = memchr::memchr(ESC, input).unwrap_or(input.len());
                out.extend_from_slice(&input[..plain]);
                if plain == input.len() {
                    return;
                }
                self.state = State::Escape;
                input = &input[plain + 1..];
            } else {
                let byte = input[0];
                self.state = self.after(byte);
                if byte == b'\n' {
                    out.push(byte);
                }
                input = &input[1..];
            }
        }
    }

    /// The state after one byte of a sequence.
    fn after(self, byte: u8) -> State {
        match (self.state, byte) {
            (_, b'\n' | CANCEL | SUBSTITUTE) | (State::Quoted, BEL) => State::Text,
            (State::Quoted, ESC) => State::QuotedEscape,
            (State::Quoted, _) => State::Quoted,
            (_, ESC) => State::Escape,
            (State::QuotedEscape, b'\\') => State::Text,
            // Not the string's end: the ESC began a sequence of its own.
            (State::Escape | State::QuotedEscape, b'[') => State::Control,
            (State::Escape | State::QuotedEscape, b']' | b'P' | b'X' | b'^' | b'_') => State::Quoted,
            (State::Escape | State::QuotedEscape | State::Intermediate, 0x20..=0x2f) => State::Intermediate,
            (State::Control, 0x20..=0x3f) => State::Control,
            _ => State::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn strip(input: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        Strip::default().strip(input, &mut out);
        out
    }

    #[test]
    fn colours_titles_and_links_go_and_the_text_stays() {
        assert_eq!(strip(b"\x1b[1;31mred\x1b[0m text"), b"red text");
        assert_eq!(strip(b"\x1b]0;title\x07shown"), b"shown");
        assert_eq!(strip(b"\x1b]8;;https://a.example\x1b\\link\x1b]8;;\x1b\\"), b"link");
        assert_eq!(strip(b"\x1b(Bplain\x1b7\x1b8"), b"plain");
    }

    #[test]
    fn a_string_left_open_swallows_its_line_only() {
        assert_eq!(strip(b"a\x1b]0;never closed\nnext\n"), b"a\nnext\n");
    }

    #[test]
    fn bytes_that_are_no_text_stay() {
        assert_eq!(strip(b"\0\xff\xfe\r\n\t\x08"), b"\0\xff\xfe\r\n\t\x08");
    }

    proptest! {
        #[test]
        fn pieces_give_what_the_whole_gives(
            input in proptest::collection::vec(prop_oneof![Just(ESC), Just(b'['), Just(b']'), Just(BEL), Just(b'\n'), any::<u8>()], 0..200),
            cut in 0usize..200,
        ) {
            let cut = cut.min(input.len());
            let mut stripper = Strip::default();
            let mut pieces = Vec::new();
            stripper.strip(&input[..cut], &mut pieces);
            stripper.strip(&input[cut..], &mut pieces);
            prop_assert_eq!(pieces, strip(&input));
        }
    }
}
