//! Styled text as DOM nodes: only ever text nodes and links to the web.

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

/// Text, with its web addresses as links and its controls by number.
pub(super) fn append_pieces(parent: &Element, text: &str) -> Result<(), JsValue> {
    for piece in pieces::split(text) {
        match piece {
            Piece::Text(text) => drop(parent.append_child(&document().create_text_node(text))?),
            Piece::Address(address) => drop(parent.append_child(&*outside(address, address)?)?),
            Piece::Control(c) => {
                let words = format!("⟨U+{:04X}⟩", u32::from(c));
                parent.append_child(&*worded("span", "log-row__control", &words)?)?;
            }
        }
    }
    Ok(())
}

/// A link out of the app, of which the other side learns nothing.
fn outside(address: &str, words: &str) -> Result<Element, JsValue> {
    let link = worded("a", "log-row__link", words)?;
    link.set_attribute("href", address)?;
    link.set_attribute("rel", "external noopener noreferrer")?;
    link.set_attribute("target", "_blank")?;
    Ok(link)
}

/// A piece of a span, as it looks.
pub(super) fn styled(text: &str, span: &Span) -> Result<Element, JsValue> {
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
        None => append_pieces(&holder, text)?,
        Some(link) => {
            let words = outside(&link.0, text)?;
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
mod tests {
    use super::*;

    #[test]
    fn named_colours_and_weights_are_classes() {
        let style =
            Style { text: Colour::Named(9), attributes: sgr::BOLD | sgr::UNDERLINE, ..Style::default() };
        assert_eq!(classes(style), "ansi-text-9 ansi-bold ansi-underline");
    }

    #[test]
    fn inverse_swaps_colours_and_those_of_the_page_too() {
        let style = Style { text: Colour::Named(1), attributes: sgr::INVERSE, ..Style::default() };
        assert_eq!(classes(style), "ansi-back-1 ansi-text-back");
        let plain = Style { attributes: sgr::INVERSE, ..Style::default() };
        assert_eq!(classes(plain), "ansi-text-back ansi-back-text");
    }
}
