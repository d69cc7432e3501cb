//! Lines as DOM nodes, made directly: a log paints up to sixty times a second.
//!
//! Text only ever becomes text nodes, whatever stands in the log.

use std::collections::BTreeMap;

use lastmile_protocol::{RunId, Stream};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

use super::ansi::{self, Colour, Span, Style};
use super::window::{Held, Lines};
use crate::{api, links};

/// The lines that are on the page, in order, as children of one element.
pub(super) struct Rows {
    parent: Element,
    drawn: BTreeMap<u64, Drawn>,
}

struct Drawn {
    element: Element,
    /// The line's version, or `None` for the stand-in of a line that is not held.
    version: Option<u32>,
    target: bool,
}

impl Rows {
    pub(super) fn new(parent: Element) -> Self {
        // An element may be used again for another log.
        parent.set_text_content(None);
        Self { parent, drawn: BTreeMap::new() }
    }

    /// Makes exactly the lines of `range` stand on the page.
    pub(super) fn draw(
        &mut self,
        range: std::ops::Range<u64>,
        lines: &Lines,
        run: &RunId,
        target: Option<u64>,
    ) -> Result<(), JsValue> {
        self.drawn.retain(|number, row| {
            let stays = range.contains(number);
            if !stays {
                row.element.remove();
            }
            stays
        });
        // From the end, so that each new line can be put before the one that follows it.
        let mut next: Option<Element> = None;
        for number in range.rev() {
            let held = lines.get(number);
            let version = held.map(|held| held.version);
            let is_target = target == Some(number);
            let fits = |row: &Drawn| row.version == version && row.target == is_target;
            if !self.drawn.get(&number).is_some_and(fits) {
                let element = row(number, held, run, is_target)?;
                if let Some(old) = self.drawn.remove(&number) {
                    old.element.remove();
                }
                self.parent.insert_before(&element, next.as_deref())?;
                self.drawn.insert(number, Drawn { element, version, target: is_target });
            }
            next = self.drawn.get(&number).map(|row| row.element.clone());
        }
        Ok(())
    }
}

fn element(tag: &str, class: &str) -> Result<Element, JsValue> {
    let element = document().create_element(tag)?;
    if !class.is_empty() {
        element.set_attribute("class", class)?;
    }
    Ok(element)
}

fn row(number: u64, held: Option<&Held>, run: &RunId, target: bool) -> Result<Element, JsValue> {
    let row = element("div", "log-row")?;
    let classes = row.class_list();
    if target {
        classes.add_1("log-row--target")?;
    }
    row.append_child(&*link(number, run)?)?;
    let Some(held) = held else {
        classes.add_1("log-row--missing")?;
        return Ok(row);
    };
    row.append_child(&*mark(&row, held)?)?;
    let text = element("span", "log-row__text")?;
    for span in &held.spans {
        text.append_child(&styled(span)?)?;
    }
    row.append_child(&text)?;
    if held.line.cut {
        row.append_child(&*cut(held.line.bytes, run)?)?;
    }
    Ok(row)
}

/// The line's number. It is drawn by the stylesheet, so that it does not get into copied text.
fn link(number: u64, run: &RunId) -> Result<Element, JsValue> {
    let link = element("a", "log-row__number")?;
    let shown = (number + 1).to_string();
    link.set_attribute("href", &links::run_line(run, number))?;
    link.set_attribute("data-number", &shown)?;
    link.set_attribute("aria-label", &format!("Line {shown}"))?;
    link.set_attribute("tabindex", "-1")?;
    // The viewer goes there by itself; the router would scroll the page to its top.
    link.set_attribute("data-noscroll", "")?;
    Ok(link)
}

/// The glyph that tells where a line came from, never by colour alone.
fn mark(row: &Element, held: &Held) -> Result<Element, JsValue> {
    let mark = element("span", "log-row__mark")?;
    let kind = match (held.line.gap, held.line.stream, held.line.continued) {
        (true, ..) => Some(("log-row--gap", "Output was left out")),
        (_, Stream::System, _) => Some(("log-row--system", "Lastmile")),
        (_, Stream::Err, _) => Some(("log-row--err", "Standard error")),
        (_, _, true) => Some(("log-row--continued", "Continues an interrupted line")),
        _ => None,
    };
    if let Some((class, words)) = kind {
        row.class_list().add_1(class)?;
        mark.set_attribute("role", "img")?;
        mark.set_attribute("aria-label", words)?;
        mark.set_attribute("title", words)?;
    }
    Ok(mark)
}

fn cut(bytes: u64, run: &RunId) -> Result<Element, JsValue> {
    let link = element("a", "log-row__cut")?;
    link.set_attribute("href", &api::log_file(run))?;
    link.set_attribute("rel", "external")?;
    link.set_text_content(Some(&format!("… cut, {bytes} bytes in the file")));
    Ok(link)
}

fn styled(span: &Span) -> Result<web_sys::Node, JsValue> {
    let text = document().create_text_node(&span.text);
    if span.style == Style::default() {
        return Ok(text.into());
    }
    let holder: HtmlElement = element("span", &classes(span.style))?.unchecked_into();
    let (front, back) = colours(span.style);
    // By property: the page's policy forbids style attributes, and the sixteen named colours are classes.
    if let Colour::Rgb(r, g, b) = front {
        holder.style().set_property("color", &format!("rgb({r} {g} {b})"))?;
    }
    if let Colour::Rgb(r, g, b) = back {
        holder.style().set_property("background-color", &format!("rgb({r} {g} {b})"))?;
    }
    holder.append_child(&text)?;
    Ok(holder.into())
}

fn colours(style: Style) -> (Colour, Colour) {
    if style.attributes & ansi::INVERSE != 0 { (style.back, style.text) } else { (style.text, style.back) }
}

fn classes(style: Style) -> String {
    let (front, back) = colours(style);
    let mut classes: Vec<String> = Vec::new();
    if let Colour::Named(number) = front {
        classes.push(format!("ansi-text-{number}"));
    }
    if let Colour::Named(number) = back {
        classes.push(format!("ansi-back-{number}"));
    }
    let inverse_of_default = style.attributes & ansi::INVERSE != 0;
    let words = [
        (ansi::BOLD, "ansi-bold"),
        (ansi::DIM, "ansi-dim"),
        (ansi::ITALIC, "ansi-italic"),
        (ansi::UNDERLINE, "ansi-underline"),
        (ansi::STRIKE, "ansi-strike"),
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
            Style { text: Colour::Named(9), attributes: ansi::BOLD | ansi::UNDERLINE, ..Style::default() };
        assert_eq!(classes(style), "ansi-text-9 ansi-bold ansi-underline");
    }

    #[test]
    fn inverse_swaps_colours_and_those_of_the_page_too() {
        let style = Style { text: Colour::Named(1), attributes: ansi::INVERSE, ..Style::default() };
        assert_eq!(classes(style), "ansi-back-1 ansi-text-back");
        let plain = Style { attributes: ansi::INVERSE, ..Style::default() };
        assert_eq!(classes(plain), "ansi-text-back ansi-back-text");
    }
}
