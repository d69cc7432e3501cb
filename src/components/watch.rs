//! The toggle of watching: who watches is told, and nobody waits for them.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// What an action's card offers to watch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Watchable {
    /// The action itself.
    Action,
    /// A target, by its name.
    Target(String),
}

/// A toggle: told of its runs, or not.
#[component]
pub fn WatchToggle(
    /// What is watched, such as "this runbook".
    #[prop(into)]
    what: Signal<String>,
    /// Shows the icon alone; the words go to the tooltip and to screen readers.
    #[prop(optional)]
    icon_only: bool,
    /// Whether it is watched.
    #[prop(into)]
    on: Signal<bool>,
    /// Watch it, or don't.
    #[prop(into)]
    on_change: Callback<bool>,
) -> impl IntoView {
    let class = if icon_only {
        "button button--quiet button--small button--icon watch"
    } else {
        "button button--quiet button--small watch"
    };
    let label = move || format!("Watch {}", what.get());
    let title = move || {
        let state =
            if on.get() { "You are told of its runs" } else { "Be told of its runs; nobody waits for you" };
        format!("{}: {state}", label())
    };
    let word = move || if on.get() { "Watching" } else { "Watch" };
    view! {
        <button type="button" class=class aria-label=label title=title aria-pressed=move || on.get().to_string()
            on:click=move |_| on_change.run(!on.get_untracked())
        >
            <Glyph icon=Icon::Eye/>
            {(!icon_only).then(|| view! { <span>{word}</span> })}
        </button>
    }
}
