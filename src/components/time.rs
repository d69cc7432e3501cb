//! Times on the page: relative to now, with the exact local time in the tooltip.

use lastmile_protocol::Millis;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::clock::use_now;
use super::time_text::{duration, relative};

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
fn date(at: Millis) -> js_sys::Date {
    js_sys::Date::new(&JsValue::from_f64(at.0 as f64))
}

/// The exact time in the reader's own zone, such as `2026-11-23 03:14:07`.
#[must_use]
pub fn local_text(at: Millis) -> String {
    let d = date(at);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        d.get_full_year(),
        d.get_month() + 1,
        d.get_date(),
        d.get_hours(),
        d.get_minutes(),
        d.get_seconds()
    )
}

/// The time of day in the reader's own zone, such as `14:35`.
#[must_use]
pub fn clock_text(at: Millis) -> String {
    let d = date(at);
    format!("{:02}:{:02}", d.get_hours(), d.get_minutes())
}

/// A point in time, relative to now.
#[component]
pub fn RelativeTime(
    /// When.
    #[prop(into)]
    at: Signal<Millis>,
) -> impl IntoView {
    let now = use_now();
    let text = Memo::new(move |_| relative(at.get(), now.get()));
    let iso = move || date(at.get()).to_iso_string().as_string();
    view! { <time class="time" datetime=iso title=move || local_text(at.get())>{text}</time> }
}

/// How long something has taken: counts on while it has no end.
#[component]
pub fn Elapsed(
    /// When it began.
    #[prop(into)]
    from: Signal<Millis>,
    /// When it ended; `None` while it goes on.
    #[prop(into)]
    until: Signal<Option<Millis>>,
) -> impl IntoView {
    let now = use_now();
    let text = Memo::new(move |_| {
        let spent = until.get().unwrap_or_else(|| now.get()).0.saturating_sub(from.get().0);
        // Tenths that tick in whole seconds look broken: while it goes on, only whole seconds are shown.
        if until.get().is_some() {
            duration(spent)
        } else {
            duration(spent / 1000 * 1000).replace(".0 s", " s")
        }
    });
    view! { <span class="time time--elapsed">{text}</span> }
}
