//! What a line says, as DOM nodes: by its meaning, with what was found in it marked, and folded where it is long.

use leptos::prelude::document;
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::ansi::Span;
use super::convention::Kind;
use super::json;
use super::reader::{Look, has_more};
use super::row::Ways;
use super::styled::{Marked, append_pieces, element, styled, worded};
use super::toolbar::grouped;
use super::window::Held;
use crate::api;

/// Bytes of a line that are shown unless more is asked for.
const LONG: usize = 2000;

/// The element with the line's text.
pub(super) fn element_of(look: &Look, held: &Held, ways: &Ways) -> Result<Element, JsValue> {
    let text = element("span", "log-row__text")?;
    match &held.kind {
        Kind::Group(name) => group(&text, look, name, ways)?,
        Kind::GroupEnd => text.set_class_name("log-row__text log-row__text--end"),
        Kind::Remark(severity, message) => {
            text.append_child(&*worded("strong", "log-row__severity", severity.word())?)?;
            text.append_child(&document().create_text_node(": "))?;
            let message = Span { text: message.clone(), ..Span::default() };
            long(&text, std::slice::from_ref(&message), look, held, ways)?;
        }
        Kind::Plain => plain(&text, look, held, ways)?,
    }
    Ok(text)
}

/// A button inside a line; the viewer hears of its press by `data-act`.
fn button(class: &str, act: &str, look: &Look, words: &str) -> Result<Element, JsValue> {
    let button = worded("button", class, words)?;
    button.set_attribute("type", "button")?;
    button.set_attribute("data-act", act)?;
    button.set_attribute("data-line", &look.number.to_string())?;
    Ok(button)
}

fn group(text: &Element, look: &Look, name: &str, ways: &Ways) -> Result<(), JsValue> {
    let name = if name.is_empty() { "Group" } else { name };
    let button = button("log-row__group", "fold", look, "")?;
    append_pieces(&button, name, Marked::whole(&ways.found_in(name)))?;
    button.set_attribute("aria-expanded", if look.folded.is_some() { "false" } else { "true" })?;
    text.append_child(&button)?;
    if let Some(lines) = look.folded {
        text.append_child(&*worded("span", "log-row__folded", &format!("{lines} lines"))?)?;
    }
    Ok(())
}

fn plain(text: &Element, look: &Look, held: &Held, ways: &Ways) -> Result<(), JsValue> {
    if ways.settings.pretty
        && let Some(pretty) = json::pretty(&joined(&held.spans))
    {
        return append_pieces(text, &pretty, Marked::whole(&ways.found_in(&pretty)));
    }
    long(text, &held.spans, look, held, ways)
}

/// The spans, up to where a long line is folded, and what opens the rest.
fn long(text: &Element, spans: &[Span], look: &Look, held: &Held, ways: &Ways) -> Result<(), JsValue> {
    let found = if ways.searches() { ways.found_in(&joined(spans)) } else { Vec::new() };
    let mut room = if look.opened { usize::MAX } else { LONG };
    let mut at = 0;
    for span in spans {
        let shown = &span.text[..span.text.floor_char_boundary(room)];
        text.append_child(&*styled(shown, span, Marked { found: &found, at })?)?;
        room = room.saturating_sub(span.text.len());
        at += span.text.len();
        if room == 0 {
            break;
        }
    }
    let all: usize = spans.iter().map(|span| span.text.len()).sum();
    let ways_on = more(all, look, held, ways)?;
    if !ways_on.is_empty() {
        // One element, because it stays in view however far the line reaches.
        let rest = element("span", "log-row__rest")?;
        for way in ways_on {
            rest.append_child(&way)?;
        }
        text.append_child(&rest)?;
    }
    Ok(())
}

/// The ways to see more of a long line of which `all` bytes are here, and less again.
fn more(all: usize, look: &Look, held: &Held, ways: &Ways) -> Result<Vec<Element>, JsValue> {
    let folds = |act, words: &str| button("log-row__more", act, look, words);
    let bytes = grouped(held.line.bytes);
    let mut ways_on = Vec::new();
    match (look.opened, held.line.cut) {
        (false, true) => ways_on.push(folds("open", &format!("Show more of {bytes} bytes"))?),
        (false, false) if all > LONG => {
            ways_on.push(folds("open", &format!("Show all {} characters", grouped(all as u64)))?);
        }
        (true, true) if has_more(held) => {
            ways_on.push(folds("more", &format!("Show more of {bytes} bytes"))?);
        }
        (true, true) => ways_on.push(in_the_file(&bytes, ways)?),
        _ => {}
    }
    if look.opened && all > LONG {
        ways_on.push(folds("open", "Show less")?);
    }
    Ok(ways_on)
}

fn in_the_file(bytes: &str, ways: &Ways) -> Result<Element, JsValue> {
    let link = worded("a", "log-row__cut", &format!("… all {bytes} bytes are in the file"))?;
    link.set_attribute("href", &api::log_file(&ways.run))?;
    link.set_attribute("rel", "external")?;
    Ok(link)
}

fn joined(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}
