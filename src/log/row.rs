//! One line as DOM nodes. Text only ever becomes text nodes, whatever stands in the log.

use std::ops::Range;

use lastmile_protocol::{RunId, Stream};
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::convention::{Kind, Severity};
use super::matcher::Matcher;
use super::reader::Look;
use super::selection::Selection;
use super::settings::{Settings, Stamps};
use super::styled::element;
use super::window::Held;
use super::{line_text, stamp};

/// What all lines of a log have in common.
pub(super) struct Ways {
    pub(super) run: RunId,
    pub(super) settings: Settings,
    /// The run's start in milliseconds of the reader's day.
    pub(super) start: Option<u64>,
    /// What is marked in each line.
    pub(super) matcher: Option<Matcher>,
    /// The page's query, which links to lines keep.
    pub(super) query: String,
}

impl Ways {
    /// Whether there is anything to mark.
    pub(super) fn searches(&self) -> bool {
        self.matcher.is_some()
    }

    /// Where the search's matches stand in this text.
    pub(super) fn found_in(&self, text: &str) -> Vec<Range<usize>> {
        self.matcher.as_ref().map(|matcher| matcher.find(text)).unwrap_or_default()
    }
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
    row.append_child(&*number(look.number, ways)?)?;
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
    row.append_child(&*line_text::element_of(look, held, ways)?)?;
    Ok(row)
}

/// The line's number. It is drawn by the stylesheet, so that it does not get into copied text.
fn number(number: u64, ways: &Ways) -> Result<Element, JsValue> {
    let link = element("a", "log-row__number")?;
    let shown = (number + 1).to_string();
    link.set_attribute("href", &Selection::line(number).link_with(&ways.run, &ways.query))?;
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
