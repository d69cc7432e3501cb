//! What shows and steers the search in a log: the field with its toggles, and the marks beside the scroll bar.

use leptos::prelude::*;

use super::search::Search;
use crate::components::{Button, Glyph, Icon, Variant};

/// The search field of a log's toolbar: Enter goes to the next match, Shift+Enter to the one before.
#[component]
pub(super) fn SearchField(
    /// The search.
    search: Search,
) -> impl IntoView {
    let Search { query, found, busy, field, .. } = search;
    let press = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Enter" => search.go(!event.shift_key()),
        "Escape" if query.with_untracked(|query| query.text.is_empty()) => search.go(true),
        _ => {}
    };
    let several = Memo::new(move |_| found.read().has_matches());
    view! {
        <span class="log__search" role="search">
            <label class="search-box search-box--small">
                <span class="visually-hidden">"Search the log"</span>
                <Glyph icon=Icon::Search/>
                <input class="control" type="search" placeholder="Search ( / )" autocomplete="off" spellcheck="false" node_ref=field
                    prop:value=move || query.read().text.clone()
                    on:input=move |event| query.update(|query| query.text = event_target_value(&event))
                    on:keydown=press/>
            </label>
            <Toggle words="Match case" sign="Aa" pressed=Signal::derive(move || query.read().exact)
                flip=move |()| { query.update(|query| query.exact = !query.exact); search.go(true); }/>
            <Toggle words="Regular expression" sign=".*" pressed=Signal::derive(move || query.read().regex)
                flip=move |()| { query.update(|query| query.regex = !query.regex); search.go(true); }/>
            <span class="log__matches" role="status">{move || found.read().position()}</span>
            {move || several.get().then(|| view! {
                <Button small=true variant=Variant::Quiet on_press=move |()| search.go(false)>"Previous"</Button>
                <Button small=true variant=Variant::Quiet busy on_press=move |()| search.go(true)>"Next"</Button>
                <Toggle words="Only matches" sign="Only matches" pressed=search.filters() flip=move |()| search.toggle_filter()/>
            })}
        </span>
    }
}

/// A small button that is on or off.
#[component]
pub(super) fn Toggle(
    /// What it does, for the tooltip and for screen readers.
    words: &'static str,
    /// What stands on it.
    sign: &'static str,
    /// Whether it is on.
    pressed: Signal<bool>,
    /// Called once a press.
    #[prop(into)]
    flip: Callback<()>,
) -> impl IntoView {
    view! {
        <button type="button" class="button button--quiet button--small log__toggle" title=words aria-label=words
            aria-pressed=move || pressed.get().to_string() on:click=move |_| flip.run(())
        ><span>{sign}</span></button>
    }
}

/// Marks beside the scroll bar, where matches are.
#[component]
pub(super) fn Marks(
    /// The search.
    search: Search,
) -> impl IntoView {
    move || {
        let marks = search.marks();
        (!marks.is_empty()).then(|| {
            // One path for all: however many match, the page holds one element.
            let path: String = marks.iter().map(|at| format!("M0 {at}h10")).collect();
            view! {
                <svg class="log__marks" viewBox="0 0 10 1000" preserveAspectRatio="none" aria-hidden="true"><path d=path/></svg>
            }
        })
    }
}
