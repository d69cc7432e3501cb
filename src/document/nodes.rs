//! Elements and the few attributes that a runbook may cause.
//!
//! A text has thousands of elements of a few kinds. Each kind is made once and cloned from then on: every name that
//! crosses over to the browser is decoded anew there, and that was a quarter of the time a text took.

use std::cell::RefCell;

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

/// An element to clone.
struct Mould {
    tag: String,
    class: String,
    element: HtmlElement,
}

/// A whole to clone, with what is in it.
struct Whole {
    name: &'static str,
    element: HtmlElement,
}

thread_local! {
    static MOULDS: RefCell<Vec<Mould>> = const { RefCell::new(Vec::new()) };
    static WHOLES: RefCell<Vec<Whole>> = const { RefCell::new(Vec::new()) };
}

/// A new element with a class (empty: none).
///
/// # Errors
/// The browser refuses the tag; ours are all known to it.
pub fn element(tag: &str, class: &str) -> Result<HtmlElement, JsValue> {
    MOULDS.with_borrow_mut(|moulds| {
        if let Some(mould) = moulds.iter().find(|mould| mould.tag == tag && mould.class == class) {
            return clone(&mould.element, false);
        }
        let element = document().create_element(tag)?;
        if !class.is_empty() {
            element.set_class_name(class);
        }
        let element: HtmlElement = element.dyn_into().map_err(JsValue::from)?;
        let first = clone(&element, false);
        moulds.push(Mould { tag: tag.to_owned(), class: class.to_owned(), element });
        first
    })
}

/// A new element with all that `make` puts into it; `make` is asked once for each `name`.
///
/// # Errors
/// Those of `make`.
pub fn whole(
    name: &'static str,
    make: impl FnOnce() -> Result<HtmlElement, JsValue>,
) -> Result<HtmlElement, JsValue> {
    let known = |wholes: &Vec<Whole>| {
        wholes.iter().find(|whole| whole.name == name).map(|whole| clone(&whole.element, true))
    };
    if let Some(copy) = WHOLES.with_borrow(known) {
        return copy;
    }
    let element = make()?;
    let first = clone(&element, true);
    WHOLES.with_borrow_mut(|wholes| wholes.push(Whole { name, element }));
    first
}

fn clone(element: &HtmlElement, deep: bool) -> Result<HtmlElement, JsValue> {
    // The clone of an HTML element is one.
    element.clone_node_with_deep(deep).map(JsCast::unchecked_into)
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
    parent.append_with_str_1(text)
}

/// A frame around what may be wider than the page: it scrolls by itself, so the keyboard must reach it.
///
/// # Errors
/// The browser refuses a `div`.
pub fn scroll_frame(label: &str) -> Result<HtmlElement, JsValue> {
    let frame = whole("scroll-frame", || {
        let frame = element("div", "table-scroll")?;
        set(&frame, "tabindex", "0")?;
        set(&frame, "role", "group")?;
        Ok(frame)
    })?;
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
