//! Nothing to show, and what to do about it.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// Says that a list is empty; its children say what would fill it.
#[component]
pub fn EmptyState(
    /// What there is none of, such as "No runs yet".
    #[prop(into)]
    title: String,
    /// A drawing above the title.
    #[prop(default = Icon::Inbox)]
    icon: Icon,
    /// What to do next: text, links, buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <Glyph icon/>
            <p class="empty-state__title">{title}</p>
            {children.map(|children| view! { <div class="empty-state__next">{children()}</div> })}
        </div>
    }
}
