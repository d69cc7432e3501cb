//! Elements and the few attributes that a runbook may cause.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

/// Attributes that text from a file may end up in. None of them can run anything: `href` holds only what
/// [`super::resolve`] has judged, and schemes were judged by the parser before.
const ALLOWED: [&str; 18] = [
    "aria-describedby",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "class",
    "colspan",
    "download",
    "href",
    "id",
    "open",
    "rel",
    "role",
    "rowspan",
    "scope",
    "start",
    "tabindex",
    "target",
    "title",
];

/// Whether text from a file may be put into this attribute.
#[must_use]
pub fn is_allowed(attribute: &str) -> bool {
    ALLOWED.contains(&attribute)
}

/// A new element with a class (empty: none).
///
/// # Errors
/// The browser refuses the tag; ours are all known to it.
pub fn element(tag: &str, class: &str) -> Result<HtmlElement, JsValue> {
    let element = document().create_element(tag)?;
    if !class.is_empty() {
        element.set_class_name(class);
    }
    element.dyn_into().map_err(JsValue::from)
}

/// Sets an attribute, if it is one of those that are allowed; any other is left out.
///
/// # Errors
/// The browser refuses the name; the allowed ones are all known to it.
pub fn set(element: &Element, attribute: &str, value: &str) -> Result<(), JsValue> {
    if is_allowed(attribute) { element.set_attribute(attribute, value) } else { Ok(()) }
}

/// Appends text as text.
///
/// # Errors
/// `parent` can't have children; ours can.
pub fn text(parent: &Element, text: &str) -> Result<(), JsValue> {
    parent.append_child(&document().create_text_node(text)).map(drop)
}

/// A frame around what may be wider than the page: it scrolls by itself, so the keyboard must reach it.
///
/// # Errors
/// The browser refuses a `div`.
pub fn scroll_frame(label: &str) -> Result<HtmlElement, JsValue> {
    let frame = element("div", "table-scroll")?;
    set(&frame, "tabindex", "0")?;
    set(&frame, "role", "group")?;
    set(&frame, "aria-label", label)?;
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn nothing_that_runs_can_be_set() {
        for bad in
            ["onclick", "onerror", "style", "src", "srcset", "srcdoc", "action", "formaction", "xlink:href"]
        {
            assert!(!is_allowed(bad), "{bad}");
        }
        assert!(is_allowed("href") && is_allowed("id"));
    }
}
