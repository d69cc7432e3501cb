//! The page's clock: one timer for every "3 min ago" on it.

use std::time::Duration;

use lastmile_protocol::Millis;
use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Clock(ReadSignal<Millis>);

/// The time by the browser's clock.
#[must_use]
pub fn read_clock() -> Millis {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit an i64 for ages")]
    Millis(js_sys::Date::now() as i64)
}

/// Starts the clock for everything below; call it once, in the app's root.
pub fn provide_clock() {
    let (now, set_now) = signal(read_clock());
    provide_context(Clock(now));
    if let Ok(timer) = set_interval_with_handle(move || set_now.set(read_clock()), Duration::from_secs(1)) {
        on_cleanup(move || timer.clear());
    }
}

/// The current time as a signal; stands still where no clock was provided.
#[must_use]
pub fn use_now() -> Signal<Millis> {
    use_context::<Clock>().map_or_else(|| Signal::stored(read_clock()), |clock| clock.0.into())
}
