//! One line as DOM nodes. Text only ever becomes text nodes, whatever stands in the log.

use lastmile_protocol::{RunId, Stream};
use leptos::prelude::document;
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::convention::{Kind, Severity};
use super::reader::Look;
use super::settings::{Settings, Stamps};
use super::styled::{append_pieces, element, styled, worded};
use super::window::Held;
use super::{json, stamp};
use crate::{api, links};

/// Characters of a line that are shown unless more is asked for.
const LONG: usize = 2000;

/// What all lines of a log have in common.
pub(super) struct Ways {
    pub(super) run: RunId,
    pub(super) settings: Settings,
    /// The run's start in milliseconds of the reader's day.
    pub(super) start: Option<u64>,
}

/// A button inside a line; the viewer hears of its press by `data-act`.
fn button(class: &str, act: &str, look: &Look, words: &str) -> Result<Element, JsValue> {
    let button = worded("button", class, words)?;
    button.set_attribute("type", "button")?;
    button.set_attribute("data-act", act)?;
    button.set_attribute("data-line", &look.number.to_string())?;
    Ok(button)
}

/// The line, or a stand-in for one that is not held.
pub(super) fn element_of(look: &Look, held: Option<&Held>, ways: &Ways) -> Result<Element, JsValue> {
    let row = element("div", "log-row")?;
    let classes = row.class_list();
    if look.selected {
        classes.add_1("log-row--target")?;
    }
    if look.found {
        classes.add_1("log-row--found")?;
    }
    if look.left_out > 0 {
        classes.add_1("log-row--after-gap")?;
        row.set_attribute("title", &format!("{} lines above are left out", look.left_out))?;
    }
    row.append_child(&*number(look.number, &ways.run)?)?;
    let Some(held) = held else {
        classes.add_1("log-row--missing")?;
        return Ok(row);
    };
    if ways.settings.stamps != Stamps::Off {
        let time = element("span", "log-row__time")?;
        time.set_attribute("data-time", &stamp::words(ways.settings.stamps, look.moment, ways.start))?;
        row.append_child(&time)?;
    }
    row.append_child(&*mark(&row, held)?)?;
    row.append_child(&*text(look, held, ways)?)?;
    Ok(row)
}

/// The line's number. It is drawn by the stylesheet, so that it does not get into copied text.
fn number(number: u64, run: &RunId) -> Result<Element, JsValue> {
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

/// The glyph that tells what a line is, never by colour alone.
fn mark(row: &Element, held: &Held) -> Result<Element, JsValue> {
    let mark = element("span", "log-row__mark")?;
    let kind = match (held.line.gap, held.line.stream, &held.kind) {
        (true, ..) => Some(("log-row--gap", "Output was left out")),
        (_, Stream::System, _) => Some(("log-row--system", "Lastmile")),
        (_, _, Kind::Remark(severity, _)) => Some(match severity {
            Severity::Error => ("log-row--error", "Error"),
            Severity::Warning => ("log-row--warning", "Warning"),
            Severity::Notice => ("log-row--notice", "Notice"),
        }),
        (_, Stream::Err, _) => Some(("log-row--err", "Standard error")),
        _ if held.line.continued => Some(("log-row--continued", "Continues an interrupted line")),
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

fn text(look: &Look, held: &Held, ways: &Ways) -> Result<Element, JsValue> {
    let text = element("span", "log-row__text")?;
    match &held.kind {
        Kind::Group(name) => group(&text, look, name)?,
        Kind::GroupEnd => text.set_class_name("log-row__text log-row__text--end"),
        Kind::Remark(severity, message) => {
            text.append_child(&*worded("strong", "log-row__severity", severity.word())?)?;
            text.append_child(&document().create_text_node(": "))?;
            append_pieces(&text, message)?;
        }
        Kind::Plain => plain(&text, look, held, ways)?,
    }
    if held.line.cut {
        text.append_child(&*cut(held.line.bytes, &ways.run)?)?;
    }
    Ok(text)
}

fn group(text: &Element, look: &Look, name: &str) -> Result<(), JsValue> {
    let button = button("log-row__group", "fold", look, if name.is_empty() { "Group" } else { name })?;
    button.set_attribute("aria-expanded", if look.folded.is_some() { "false" } else { "true" })?;
    text.append_child(&button)?;
    if let Some(lines) = look.folded {
        text.append_child(&*worded("span", "log-row__folded", &format!("{lines} lines"))?)?;
    }
    Ok(())
}

fn plain(text: &Element, look: &Look, held: &Held, ways: &Ways) -> Result<(), JsValue> {
    if ways.settings.pretty
        && let Some(pretty) =
            json::pretty(&held.spans.iter().map(|span| span.text.as_str()).collect::<String>())
    {
        append_pieces(text, &pretty)?;
        return Ok(());
    }
    let all: usize = held.spans.iter().map(|span| span.text.len()).sum();
    let mut room = if look.opened { usize::MAX } else { LONG };
    for span in &held.spans {
        let shown = &span.text[..span.text.floor_char_boundary(room)];
        text.append_child(&*styled(shown, span)?)?;
        room = room.saturating_sub(span.text.len());
        if room == 0 {
            break;
        }
    }
    if all > LONG {
        let words = if look.opened { "Show less".to_owned() } else { format!("Show all {all} characters") };
        text.append_child(&*button("log-row__more", "open", look, &words)?)?;
    }
    Ok(())
}

fn cut(bytes: u64, run: &RunId) -> Result<Element, JsValue> {
    let link = worded("a", "log-row__cut", &format!("… cut, {bytes} bytes in the file"))?;
    link.set_attribute("href", &api::log_file(run))?;
    link.set_attribute("rel", "external")?;
    Ok(link)
}
