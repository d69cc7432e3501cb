//! Terms and what they stand for: the facts of a run, of a target.

use leptos::prelude::*;

/// A list of [`Definition`]s.
#[component]
pub fn DefinitionList(
    /// The definitions.
    children: Children,
) -> impl IntoView {
    view! { <dl class="definition-list">{children()}</dl> }
}

/// One term and its value.
#[component]
pub fn Definition(
    /// The term.
    #[prop(into)]
    term: String,
    /// Its value.
    children: Children,
) -> impl IntoView {
    view! { <div class="definition-list__row"><dt>{term}</dt><dd>{children()}</dd></div> }
}
