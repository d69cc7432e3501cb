//! What must have been done before.

use lastmile_protocol::AfterState;
use leptos::prelude::*;

use super::Subject;
use crate::components::icon::{Glyph, Icon};
use crate::components::time::RelativeTime;

/// The list of `after`, ticked as far as it is done; nothing where the action has none.
#[component]
pub(super) fn After(subject: Subject) -> impl IntoView {
    // What a disabled action names may not exist.
    let (named, linked) = subject.action.with_value(|action| (action.after.clone(), !action.disabled));
    (!named.is_empty()).then(|| {
        let states = Memo::new(move |_| match subject.standing.preview.read().as_ref() {
            Some(preview) if !preview.after.is_empty() => preview.after.clone(),
            _ => named.iter().map(|name| unknown(name)).collect(),
        });
        view! {
            <div class="after">
                <p class="after__title">"First"</p>
                {move || view! { <AfterList states=states.get() linked/> }}
            </div>
        }
    })
}

/// Before the server has spoken, an entry is known by its name alone.
fn unknown(name: &str) -> AfterState {
    AfterState { name: name.to_owned(), label: name.to_owned(), done: false, at: None }
}

/// Entries with their ticks; each leads to its place in the text.
#[component]
pub(super) fn AfterList(
    /// How they stand.
    states: Vec<AfterState>,
    /// Whether they stand in the page.
    linked: bool,
) -> impl IntoView {
    let rows = states.into_iter().map(|state| {
        let (class, icon, word) = if state.done {
            ("after__item after__item--done", Icon::Check, "done")
        } else {
            ("after__item", Icon::Clock, "not done yet")
        };
        view! {
            <li class=class>
                <Glyph icon/>
                {if linked {
                    view! { <a href=format!("#{}", state.name)>{state.label}</a> }.into_any()
                } else {
                    view! { <span>{state.label}</span> }.into_any()
                }}
                <span class="after__when">{word}" "{state.at.filter(|_| state.done).map(|at| view! { <RelativeTime at/> })}</span>
            </li>
        }
    });
    view! { <ul class="after__list">{rows.collect_view()}</ul> }
}
