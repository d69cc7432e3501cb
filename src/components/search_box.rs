//! A search field.

use leptos::{ev::KeyboardEvent, html, prelude::*};

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
    /// Called at every key before the browser does what it does with it.
    #[prop(optional, into)]
    on_key: Option<Callback<KeyboardEvent>>,
    /// Most characters that can be typed.
    #[prop(default = 200)]
    longest: u32,
    /// The field itself, for whoever moves the focus there.
    #[prop(optional)]
    field: NodeRef<html::Input>,
) -> impl IntoView {
    view! {
        <label class="search-box">
            <span class="visually-hidden">{label}</span>
            <Glyph icon=Icon::Search/>
            <input class="control" type="search" placeholder=placeholder autocomplete="off" spellcheck="false"
                maxlength=longest prop:value=value node_ref=field
                on:input=move |event| on_input.run(event_target_value(&event))
                on:keydown=move |event| if let Some(on_key) = on_key { on_key.run(event) }/>
        </label>
    }
}
