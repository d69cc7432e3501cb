//! Filters above a list.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// The row that holds a list's filters.
#[component]
pub fn FilterBar(
    /// What is filtered, for screen readers.
    #[prop(into)]
    label: String,
    /// [`SearchBox`](super::SearchBox), [`FilterSelect`]s and [`FilterChip`]s.
    children: Children,
) -> impl IntoView {
    view! { <div class="filter-bar" role="group" aria-label=label>{children()}</div> }
}

/// One filter: any, or one of a list.
#[component]
pub fn FilterSelect(
    /// What it filters by, such as "Service".
    #[prop(into)]
    label: String,
    /// What it offers: value and words. "Any" comes first by itself, with an empty value.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// The chosen value; empty means any.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the new value.
    #[prop(into)]
    on_change: Callback<String>,
) -> impl IntoView {
    let choices = move || {
        let mut all = options.get();
        let chosen = value.get();
        // A value from the URL that the list does not offer must still be seen, or the filter would act unseen.
        if !chosen.is_empty() && all.iter().all(|(value, _)| *value != chosen) {
            all.push((chosen.clone(), chosen.clone()));
        }
        all.into_iter()
            .map(|(value, words)| {
                let selected = value == chosen;
                view! { <option value=value selected=selected>{words}</option> }
            })
            .collect_view()
    };
    view! {
        <label class="filter-select" class:filter-select--on=move || !value.read().is_empty()>
            <span class="filter-select__label">{label}</span>
            <select class="control" on:change=move |event| on_change.run(event_target_value(&event))>
                <option value="" selected=move || value.read().is_empty()>"Any"</option>
                {choices}
            </select>
        </label>
    }
}

/// A filter that can be switched on and off, such as a tag.
#[component]
pub fn FilterChip(
    /// Its word.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is on.
    #[prop(into)]
    on: Signal<bool>,
    /// Called with what it should become.
    #[prop(into)]
    on_toggle: Callback<bool>,
) -> impl IntoView {
    view! {
        <button type="button" class="chip chip--filter" aria-pressed=move || on.get().to_string()
            on:click=move |_| on_toggle.run(!on.get_untracked())
        >
            {move || on.get().then(|| view! { <Glyph icon=Icon::Check/> })}
            {label}
        </button>
    }
}
