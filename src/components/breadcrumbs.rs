//! Where one is.

use leptos::prelude::*;

/// One step of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// What it says.
    pub label: String,
    /// Where it leads; `None` where there is no such page.
    pub href: Option<String>,
}

impl Crumb {
    /// A step with a link.
    pub fn to(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: Some(href.into()) }
    }

    /// A step without one, such as the page itself or a folder.
    pub fn here(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: None }
    }
}

/// The way from the start to this page; the last entry is the page itself.
#[component]
pub fn Breadcrumbs(
    /// The steps.
    items: Vec<Crumb>,
) -> impl IntoView {
    let last = items.len().saturating_sub(1);
    let steps = items.into_iter().enumerate().map(|(at, crumb)| {
        let current = (at == last).then_some("page");
        match crumb.href {
            Some(href) => view! { <li><a href=href aria-current=current>{crumb.label}</a></li> }.into_any(),
            None => view! { <li><span aria-current=current>{crumb.label}</span></li> }.into_any(),
        }
    });
    view! { <nav class="breadcrumbs" aria-label="Breadcrumbs"><ol>{steps.collect_view()}</ol></nav> }
}
