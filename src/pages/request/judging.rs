//! What one of the runs can be judged by, one after the other: each has its own past and its own target.

use lastmile_protocol::{Batch, RunId, RunState};
use leptos::prelude::*;

use crate::api;
use crate::components::batch_runs::labels;
use crate::components::element_id::element_id;
use crate::components::{ErrorPanel, Loading};
use crate::pages::resource::{Answer, use_answer};
use crate::pages::run::judging::Judging;

/// A choice of the runs that wait, and the judging screen of the chosen one; nothing once none waits.
#[component]
pub(super) fn OneByOne(batch: Signal<Batch>) -> impl IntoView {
    let waiting = Memo::new(move |_| batch.with(waiting));
    let chosen = RwSignal::new(None::<RunId>);
    let current = Memo::new(move |_| {
        let waiting = waiting.read();
        let is_there = |id: &RunId| waiting.iter().any(|(other, _)| other == id);
        chosen.get().filter(is_there).or_else(|| waiting.first().map(|(id, _)| id.clone()))
    });
    let id = element_id("judge");
    let options = move || {
        let options = waiting.get().into_iter().map(|(id, name)| {
            let (value, text) = (id.0.clone(), name);
            let selected = move || current.read().as_ref() == Some(&id);
            view! { <option value=value selected=selected>{text}</option> }
        });
        options.collect_view()
    };
    let any = Memo::new(move |_| !waiting.read().is_empty());
    move || {
        any.get().then(|| view! {
            <section class="batch-judging" aria-labelledby=format!("{id}-title")>
                <h2 id=format!("{id}-title")>"To judge them by"</h2>
                <div class="field field--short">
                    <label class="field__label" for=id.clone()><span class="field__name">"Run"</span></label>
                    <select class="control" id=id.clone()
                        on:change=move |event| chosen.set(Some(RunId(event_target_value(&event))))
                    >{options}</select>
                </div>
                {move || current.get().map(|id| view! { <One id/> })}
            </section>
        })
    }
}

/// Those that wait for people, each with what tells it from the others.
fn waiting(batch: &Batch) -> Vec<(RunId, String)> {
    let runs: Vec<_> = batch.members.iter().map(|member| member.run.clone()).collect();
    let names = labels(&runs);
    let members = batch.members.iter().zip(names);
    let waits = members.filter(|(it, _)| it.run.state == RunState::AwaitingApproval && it.fault.is_none());
    waits.map(|(member, name)| (member.run.id.clone(), name)).collect()
}

#[component]
fn One(id: RunId) -> impl IntoView {
    let answer = use_answer(move || {
        let id = id.clone();
        async move { api::run(&id).await }
    });
    move || match answer.state() {
        Answer::Loading => view! { <Loading lines=4/> }.into_any(),
        Answer::Failed(error) => {
            view! { <ErrorPanel message=error.to_string() on_retry=move |()| answer.retry()/> }.into_any()
        }
        Answer::Ready(run) => view! { <Judging run=Signal::stored(run) bare=true/> }.into_any(),
    }
}
