//! Moments of the browser's own time line: marks that tell how long a text takes from the answer to the page, and the
//! moment at which it can be seen.
//!
//! The marks show in every browser's profiler, and `cargo xtask bench markdown` reads them. A mark takes microseconds.

use std::time::Duration;

use js_sys::Promise;
use leptos::prelude::{request_animation_frame, set_timeout};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

/// A moment on the way of a runbook's text, in this order.
#[derive(Clone, Copy, Debug)]
pub enum Moment {
    /// The text is in hand.
    Received,
    /// It is parsed.
    Parsed,
    /// Its page begins to build the article.
    Building,
    /// The article stands in the document.
    Built,
}

#[wasm_bindgen]
extern "C" {
    /// By the global itself: for one call, `web-sys` need not carry the whole interface.
    #[wasm_bindgen(js_namespace = performance, js_name = mark)]
    fn set_mark(name: &str);

    #[wasm_bindgen(js_namespace = performance, js_name = clearMarks)]
    fn clear_marks(name: &str);
}

/// Notes that a moment has come; the one before it of the same kind is forgotten, so that a tab that stays open for
/// weeks does not collect them.
pub fn mark(moment: Moment) {
    let name = match moment {
        Moment::Received => "lastmile:received",
        Moment::Parsed => "lastmile:parsed",
        Moment::Building => "lastmile:building",
        Moment::Built => "lastmile:built",
    };
    clear_marks(name);
    set_mark(name);
}

/// Until what stands on the page now has been painted. In a tab that nobody looks at, until somebody does.
pub async fn painted() {
    let seen: Promise = Promise::new(&mut |done, _| {
        // A frame's callback comes before its painting, and a task that it asks for comes behind.
        request_animation_frame(move || {
            set_timeout(move || drop(done.call0(&JsValue::UNDEFINED)), Duration::ZERO);
        });
    });
    // It can't be refused.
    drop(seen.await);
}
