//! Below an action: what its newest run waits for, and what it says.

use lastmile_protocol::{BatchId, RunId, RunState, RunSummary, Slug};
use leptos::prelude::*;

use super::several::LatestBatch;
use crate::api;
use crate::components::decision_note::need_phrase;
use crate::components::{Glyph, Icon, RelativeTime};
use crate::live::Live;
use crate::log::LogView;
use crate::pages::resource::use_answer;

/// The newest run's wait or output.
#[component]
pub(super) fn Output(
    /// The newest run.
    run: Signal<Option<RunSummary>>,
) -> impl IntoView {
    let waiting = Memo::new(move |_| of(&run.read(), |run| run.state == RunState::AwaitingApproval));
    let begun = Memo::new(move |_| of(&run.read(), |run| run.times.starting.is_some()));
    let active = Memo::new(move |_| run.read().as_ref().is_some_and(|run| !run.state.is_final()));
    let batch = Memo::new(move |_| run.read().as_ref().and_then(batch));
    view! {
        <For each=move || batch.get() key=Clone::clone let((id, runbook))><LatestBatch id runbook/></For>
        <For each=move || waiting.get() key=Clone::clone let:id><Waiting id/></For>
        <For each=move || begun.get() key=Clone::clone let:id>
            <Tail id label=untrack(|| run.read().as_ref().map(|run| run.label.clone()).unwrap_or_default()) active=active.into()/>
        </For>
    }
}

fn of(run: &Option<RunSummary>, holds: impl Fn(&RunSummary) -> bool) -> Option<RunId> {
    run.as_ref().filter(|run| run.batch.is_none() && holds(run)).map(|run| run.id.clone())
}

/// The request that it was asked for with, if it was asked for with others.
fn batch(run: &RunSummary) -> Option<(BatchId, Slug)> {
    run.batch.as_ref().map(|place| (place.id.clone(), run.runbook.clone()))
}

#[component]
fn Tail(id: RunId, label: String, active: Signal<bool>) -> impl IntoView {
    let live = expect_context::<Live>();
    // A run that has ended sends nothing any more: its log is asked for.
    let tail = active.get_untracked().then(|| live.watch_run(&id).tail);
    let tail = Signal::derive(move || tail.as_ref().and_then(|tail| tail.get()));
    view! { <LogView run=id label tail active compact=true/> }
}

/// For whom the run waits.
#[component]
fn Waiting(id: RunId) -> impl IntoView {
    let live = expect_context::<Live>();
    let told = live.watch_run(&id).summary;
    let answer = use_answer(move || {
        told.track();
        let id = id.clone();
        async move { api::run(&id).await }
    });
    move || {
        answer.ready().filter(|run| !run.needs.is_empty()).map(|run| {
            let needs = run.needs.iter().map(need_phrase).collect::<Vec<_>>().join(" and ");
            let expires = run.summary.times.expires;
            view! {
                <p class="waiting"><Glyph icon=Icon::People/>
                    <span>"Waiting for a yes from "<strong>{needs}</strong>". They see it under Approvals."
                        {expires.map(|at| view! { " It expires "<RelativeTime at/>"." })}
                    </span>
                </p>
            }
        })
    }
}
