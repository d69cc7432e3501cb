//! Something is on its way.

use leptos::prelude::*;

/// Grey lines in the place of what comes; shown only after a moment, so that quick answers don't flash.
#[component]
pub fn Loading(
    /// What is loading, for screen readers.
    #[prop(default = "Loading…".to_owned(), into)]
    label: String,
    /// How many lines stand in.
    #[prop(default = 3)]
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="loading" aria-busy="true">
            <p class="visually-hidden" role="status">{label}</p>
            {(0..lines).map(|_| view! { <span class="loading__line" aria-hidden="true"></span> }).collect_view()}
        </div>
    }
}
