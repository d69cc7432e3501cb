//! The catalog by keyboard: `/` goes to the search field, the arrows go through the results, Enter opens one.
//!
//! The focus itself moves, so that a screen reader follows and Enter is the link's own.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

/// The list's element, and in it the links that the arrows go through.
pub(super) const RESULTS: &str = "runbook-results";
const LINKS: &str = "#runbook-results .row__link";

/// Lets `/` move the focus to the field, as long as the page is there, unless one is typing already.
pub(super) fn slash_focuses(field: NodeRef<html::Input>) {
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing());
        if event.key() == "/"
            && plain
            && !is_typing()
            && let Some(field) = field.get_untracked()
        {
            event.prevent_default();
            focus(&field);
            field.select();
        }
    });
    on_cleanup(move || listener.remove());
}

/// Moves the focus to the first result, if there is one.
pub(super) fn to_first(event: &KeyboardEvent) {
    if let Some(first) = links().first() {
        event.prevent_default();
        focus(first);
    }
}

/// Moves the focus from result to result, and from the first back to the field.
pub(super) fn on_key(event: &KeyboardEvent, field: NodeRef<html::Input>) {
    let step = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
        return;
    }
    let links = links();
    let Some(row) = document().active_element().and_then(|it| it.closest(".row").ok().flatten()) else {
        return;
    };
    let here = links.iter().position(|link| row.contains(Some(link)));
    let Some(next) = here.and_then(|here| here.checked_add_signed(step)) else {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            focus(&field);
        }
        return;
    };
    if let Some(link) = links.get(next) {
        event.prevent_default();
        focus(link);
    }
}

fn links() -> Vec<HtmlElement> {
    let Ok(found) = document().query_selector_all(LINKS) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

fn is_typing() -> bool {
    document().active_element().is_some_and(|element| {
        ["INPUT", "TEXTAREA", "SELECT"].contains(&element.tag_name().as_str())
            || element.closest("[contenteditable], dialog[open]").is_ok_and(|found| found.is_some())
    })
}

fn focus(element: &HtmlElement) {
    // It fails only for an element that has left the page.
    drop(element.focus());
}
