//! The judging screen of a waiting run, with the server behind it.

use lastmile_protocol::{Evidence, Run, RunState};
use leptos::prelude::*;

use crate::components::{ErrorPanel, Judging as Shown, Loading};
use crate::live::Live;
use crate::pages::resource::{Answer, use_answer};
use crate::{api, links};

/// What a run can be judged by while it waits; nothing once it waits no more.
#[component]
pub fn Judging(
    /// The run.
    #[prop(into)]
    run: Signal<Run>,
) -> impl IntoView {
    let waits = Memo::new(move |_| {
        let run = run.read();
        run.summary.state == RunState::AwaitingApproval && !run.needs.is_empty()
    });
    move || waits.get().then(|| view! { <Waiting run/> })
}

#[component]
fn Waiting(run: Signal<Run>) -> impl IntoView {
    let live = expect_context::<Live>();
    let fixed = run.get_untracked();
    let id = fixed.summary.id.clone();
    let answer = use_answer(move || {
        live.resync().track();
        live.catalog().track();
        let id = id.clone();
        async move { api::evidence(&id).await }
    });
    let known = Memo::new(move |_| answer.ready());
    let failed = Memo::new(move |_| match answer.state() {
        Answer::Failed(error) => Some(error.to_string()),
        _ => None,
    });
    move || {
        if let Some(message) = failed.get() {
            return view! { <ErrorPanel message on_retry=move |()| answer.retry()/> }.into_any();
        }
        match known.get() {
            None => view! { <Loading lines=4/> }.into_any(),
            Some(evidence) => shown(evidence, &fixed).into_any(),
        }
    }
}

fn shown(evidence: Evidence, run: &Run) -> impl IntoView + use<> {
    let (summary, script) = (run.summary.clone(), run.script.clone());
    let runbook_href = links::runbook(&summary.runbook);
    view! { <Shown evidence run=summary script runbook_href on_open=|_| {}/> }
}
