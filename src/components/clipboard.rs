//! Puts text on the clipboard.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Copies `text`. Answers whether the browser took it.
///
/// `navigator.clipboard` exists only on https and on localhost; elsewhere the old way through a selected field is
/// tried. Call it from a press: browsers refuse it at any other time.
#[must_use]
pub fn copy_text(text: &str) -> bool {
    if window().is_secure_context() {
        // The promise is rejected only where the person has forbidden it; nothing could be done about that.
        drop(window().navigator().clipboard().write_text(text));
        return true;
    }
    copy_by_selection(text).unwrap_or(false)
}

fn copy_by_selection(text: &str) -> Option<bool> {
    let document: web_sys::HtmlDocument = document().dyn_into().ok()?;
    let field: web_sys::HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    field.set_value(text);
    field.set_class_name("visually-hidden");
    let body = document.body()?;
    body.append_child(&field).ok()?;
    field.select();
    let copied = document.exec_command("copy").unwrap_or(false);
    field.remove();
    Some(copied)
}
