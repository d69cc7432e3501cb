//! What a page shows in the place of a thing that could not be loaded.

use lastmile_protocol::code;
use leptos::prelude::*;

use super::head::PageHead;
use crate::api;
use crate::components::ErrorPanel;

/// The heading and what to do: try again where that can help, else look elsewhere.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]
pub fn Missing(
    /// Why.
    error: api::Error,
    /// What it is, such as "runbook".
    what: &'static str,
    /// Where all of them are listed, and what the link says.
    list: (&'static str, &'static str),
    /// Asks again.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    let (href, label) = list;
    let panel = if error.is_uncertain() {
        let title = format!("This {what} could not be loaded");
        view! { <PageHead title=title/><ErrorPanel message=error.to_string() on_retry/> }.into_any()
    } else if error.code() == Some(code::NOT_FOUND) {
        let title = format!("There is no such {what}");
        view! { <PageHead title=title/><p class="page__lead">"It may have been renamed or removed."</p> }
            .into_any()
    } else {
        let title = format!("This {what} can't be shown");
        view! { <PageHead title=title/><p class="page__lead">{error.to_string()}</p> }.into_any()
    };
    view! { {panel}<p><a href=href>{label}</a></p> }
}
