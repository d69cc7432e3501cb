//! A search field.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// A search field with an icon; Escape empties it, as the browser does for `type=search`.
#[component]
pub fn SearchBox(
    /// What is searched, for screen readers.
    #[prop(into)]
    label: String,
    /// Grey text in the empty field.
    #[prop(optional, into)]
    placeholder: String,
    /// What is typed.
    #[prop(into)]
    value: Signal<String>,
    /// Called at every change.
    #[prop(into)]
    on_input: Callback<String>,
) -> impl IntoView {
    view! {
        <label class="search-box">
            <span class="visually-hidden">{label}</span>
            <Glyph icon=Icon::Search/>
            <input class="control" type="search" placeholder=placeholder autocomplete="off" spellcheck="false"
                prop:value=value on:input=move |event| on_input.run(event_target_value(&event))/>
        </label>
    }
}
