//! Runs in a line each: how it ended, by whom, when.

use lastmile_protocol::RunSummary;
use leptos::prelude::*;

use crate::components::run_row::{inputs_line, run_href};
use crate::components::{RelativeTime, StateBadge};

/// A list of them, or that there are none.
#[component]
pub(super) fn Runs(
    runs: Vec<RunSummary>,
    #[prop(into)] nothing: String,
    /// What the list is, to somebody who can't see it.
    what: String,
    /// They are of several actions.
    with_label: bool,
) -> impl IntoView {
    if runs.is_empty() {
        return view! { <p class="judging__none">{nothing}</p> }.into_any();
    }
    let lines = runs.into_iter().map(|run| view! { <RunLine run with_label/> }).collect_view();
    view! { <ul class="judging__list" aria-label=what>{lines}</ul> }.into_any()
}

/// One run.
#[component]
fn RunLine(run: RunSummary, with_label: bool) -> impl IntoView {
    let (href, inputs, label) = (run_href(&run), inputs_line(&run), run.label.clone());
    view! {
        <li class="judging__line">
            <StateBadge state=run.state/>
            <a href=href>{with_label.then(|| format!("{label} "))}<RelativeTime at=run.times.requested/></a>
            <span>"by "{run.requester.name}</span>
            {(!inputs.is_empty()).then(|| view! { <code class="judging__inputs">{inputs}</code> })}
        </li>
    }
}
