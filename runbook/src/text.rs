//! Running text without its markup.

use crate::Inline;

/// The text of `inlines`: code and link texts stay, images give their alt text, breaks become spaces.
#[must_use]
pub fn plain_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    append(inlines, &mut text);
    text
}

fn append(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(piece) | Inline::Code(piece) => text.push_str(piece),
            Inline::Image { alt, .. } => text.push_str(alt),
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Strikethrough(inner) => {
                append(inner, text);
            }
            Inline::Link { inlines, .. } | Inline::Element { inlines, .. } => append(inlines, text),
            Inline::SoftBreak | Inline::HardBreak => text.push(' '),
            Inline::FootnoteRef(_) => {}
        }
    }
}
