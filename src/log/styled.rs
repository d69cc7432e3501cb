//! Styled text as DOM nodes: only ever text nodes and links to the web.

use std::ops::Range;

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

use super::ansi::Span;
use super::ansi::sgr::{self, Colour, Style};
use super::contrast::{Paint, Rgb};
use super::pieces::{self, Piece};

/// An element with classes.
pub(super) fn element(tag: &str, class: &str) -> Result<Element, JsValue> {
    let element = document().create_element(tag)?;
    if !class.is_empty() {
        element.set_attribute("class", class)?;
    }
    Ok(element)
}

/// An element with words in it.
pub(super) fn worded(tag: &str, class: &str, words: &str) -> Result<Element, JsValue> {
    let element = element(tag, class)?;
    element.set_text_content(Some(words));
    Ok(element)
}

/// What a search has found in a text of which a part is drawn.
#[derive(Clone, Copy)]
pub(super) struct Marked<'a> {
    /// Ranges of the whole text's bytes, ascending and apart.
    pub(super) found: &'a [Range<usize>],
    /// Where in the whole text the part begins.
    pub(super) at: usize,
}

impl<'a> Marked<'a> {
    /// The part is the whole.
    pub(super) fn whole(found: &'a [Range<usize>]) -> Self {
        Self { found, at: 0 }
    }

    fn further(self, by: usize) -> Self {
        Self { at: self.at + by, ..self }
    }

    /// Those of the ranges that reach into a part of this length, as ranges of it.
    fn within(self, length: usize) -> impl Iterator<Item = Range<usize>> + use<'a> {
        let Self { found, at } = self;
        let first = found.partition_point(|range| range.end <= at);
        let near = found.get(first..).unwrap_or_default().iter();
        let near = near.take_while(move |range| range.start < at + length);
        near.map(move |range| range.start.saturating_sub(at)..(range.end - at).min(length))
    }
}

/// Text, with its web addresses as links, its controls by number, and what was found in it marked.
pub(super) fn append_pieces(parent: &Element, text: &str, marked: Marked<'_>) -> Result<(), JsValue> {
    let mut at = 0;
    for piece in pieces::split(text) {
        let marked = marked.further(at);
        at += match piece {
            Piece::Text(text) => {
                append_marked(parent, text, marked)?;
                text.len()
            }
            Piece::Address(address) => {
                let link = outside(address)?;
                append_marked(&link, address, marked)?;
                parent.append_child(&link)?;
                address.len()
            }
            Piece::Control(c) => {
                let words = format!("⟨U+{:04X}⟩", u32::from(c));
                parent.append_child(&*worded("span", "log-row__control", &words)?)?;
                c.len_utf8()
            }
        };
    }
    Ok(())
}

fn append_marked(parent: &Element, text: &str, marked: Marked<'_>) -> Result<(), JsValue> {
    let mut from = 0;
    for range in marked.within(text.len()) {
        append_text(parent, text.get(from..range.start))?;
        let found = text.get(range.clone()).unwrap_or_default();
        parent.append_child(&*worded("mark", "log-row__match", found)?)?;
        from = range.end;
    }
    append_text(parent, text.get(from..))
}

fn append_text(parent: &Element, text: Option<&str>) -> Result<(), JsValue> {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        parent.append_child(&document().create_text_node(text))?;
    }
    Ok(())
}

/// A link out of the app, of which the other side learns nothing.
fn outside(address: &str) -> Result<Element, JsValue> {
    let link = element("a", "log-row__link")?;
    link.set_attribute("href", address)?;
    link.set_attribute("rel", "external noopener noreferrer")?;
    link.set_attribute("target", "_blank")?;
    Ok(link)
}

/// A piece of a span, as it looks.
pub(super) fn styled(text: &str, span: &Span, marked: Marked<'_>) -> Result<Element, JsValue> {
    let holder = element("span", &classes(span.style))?;
    let Paint { text: front, back } = Paint::of(span.style);
    let style = holder.unchecked_ref::<HtmlElement>().style();
    let rgb = |(r, g, b): Rgb| format!("rgb({r} {g} {b})");
    // By property: the page's policy forbids style attributes, and the sixteen named colours are classes.
    if let Some((light, dark)) = front {
        style.set_property("color", &format!("light-dark({}, {})", rgb(light), rgb(dark)))?;
    }
    if let Some(back) = back {
        style.set_property("background-color", &rgb(back))?;
    }
    match &span.link {
        None => append_pieces(&holder, text, marked)?,
        Some(link) => {
            let words = outside(&link.0)?;
            append_marked(&words, text, marked)?;
            words.set_attribute("title", &link.0)?;
            holder.append_child(&words)?;
            // Where it leads stands there too: a text may claim anything.
            if text != &*link.0 {
                holder.append_child(&*worded("span", "log-row__address", &link.0)?)?;
            }
        }
    }
    Ok(holder)
}

fn classes(style: Style) -> String {
    let (front, back) = style.seen();
    let mut classes: Vec<String> = Vec::new();
    if let Colour::Named(number) = front {
        classes.push(format!("ansi-text-{number}"));
    }
    if let Colour::Named(number) = back {
        classes.push(format!("ansi-back-{number}"));
    }
    let inverse_of_default = style.attributes & sgr::INVERSE != 0;
    let words = [
        (sgr::BOLD, "ansi-bold"),
        (sgr::DIM, "ansi-dim"),
        (sgr::ITALIC, "ansi-italic"),
        (sgr::UNDERLINE, "ansi-underline"),
        (sgr::STRIKE, "ansi-strike"),
    ];
    classes.extend(
        words.iter().filter(|(bit, _)| style.attributes & bit != 0).map(|(_, class)| (*class).to_owned()),
    );
    if inverse_of_default && front == Colour::Default {
        classes.push("ansi-text-back".to_owned());
    }
    if inverse_of_default && back == Colour::Default {
        classes.push("ansi-back-text".to_owned());
    }
    classes.join(" ")
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "lists of ranges are what is compared")]
mod tests {
    use super::*;

    #[test]
    fn named_colours_and_weights_are_classes() {
        let style =
            Style { text: Colour::Named(9), attributes: sgr::BOLD | sgr::UNDERLINE, ..Style::default() };
        assert_eq!(classes(style), "ansi-text-9 ansi-bold ansi-underline");
    }

    #[test]
    fn what_was_found_is_marked_in_each_part_that_it_reaches_into() {
        let found = [0..2, 4..9, 20..22];
        let within = |at, length| Marked { found: &found, at }.within(length).collect::<Vec<_>>();
        assert_eq!(within(0, 6), [0..2, 4..6]);
        assert_eq!(within(6, 10), [0..3]);
        assert_eq!(within(2, 2), Vec::<Range<usize>>::new());
        assert_eq!(within(19, 100), [1..3]);
    }

    #[test]
    fn inverse_swaps_colours_and_those_of_the_page_too() {
        let style = Style { text: Colour::Named(1), attributes: sgr::INVERSE, ..Style::default() };
        assert_eq!(classes(style), "ansi-back-1 ansi-text-back");
        let plain = Style { attributes: sgr::INVERSE, ..Style::default() };
        assert_eq!(classes(plain), "ansi-text-back ansi-back-text");
    }
}
