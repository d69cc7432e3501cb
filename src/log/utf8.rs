//! Bytes that come in pieces → text. Pure.
//!
//! The same text as if they had come at once: a character that a cut has split is put together again, and what is not
//! UTF-8 is U+FFFD, as often as [`String::from_utf8_lossy`] writes it.

/// Turns pieces into text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Utf8 {
    /// The beginning of a character whose rest has not come yet: at most three bytes.
    begun: Vec<u8>,
}

impl Utf8 {
    /// The text of this piece, up to the last character that is whole.
    pub fn push(&mut self, piece: &[u8]) -> String {
        let mut bytes = std::mem::take(&mut self.begun);
        bytes.extend_from_slice(piece);
        let mut text = String::with_capacity(bytes.len());
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            text.push_str(chunk.valid());
            let invalid = chunk.invalid();
            // Only at the end may more bytes make a character of it.
            if chunks.peek().is_none() && is_begun(invalid) {
                self.begun = invalid.to_vec();
            } else if !invalid.is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        text
    }

    /// Nothing more will come: a character that was begun is broken.
    #[must_use]
    pub fn end(self) -> &'static str {
        if self.begun.is_empty() { "" } else { "\u{fffd}" }
    }
}

/// Whether these bytes, which are no character, are the beginning of one.
fn is_begun(bytes: &[u8]) -> bool {
    !bytes.is_empty() && str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
        let mut utf8 = Utf8::default();
        let mut text: String = pieces.into_iter().map(|piece| utf8.push(piece)).collect();
        text.push_str(utf8.end());
        text
    }

    #[test]
    fn a_character_split_between_pieces_is_put_together() {
        let bytes = "日本".as_bytes();
        assert_eq!(read([&bytes[..1], &bytes[1..5], &bytes[5..]]), "日本");
        assert_eq!(read([&bytes[..4]]), "日\u{fffd}");
    }

    proptest! {
        #[test]
        fn cutting_bytes_anywhere_gives_the_text_of_the_whole(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0x80_u8..=0xf4], 0..40),
            cuts in prop::collection::vec(0_usize..40, 0..6),
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            cuts.insert(0, 0);
            cuts.push(bytes.len());
            let pieces = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]);
            prop_assert_eq!(read(pieces), String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}
