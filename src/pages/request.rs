//! `/requests/{id}`: several runs that were asked for at once, judged on one page and followed to their ends.

mod answering;
mod facts;
mod judging;
mod members;
mod tools;

use lastmile_protocol::{Batch, BatchId, LookRequest, LookedAt};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

use self::answering::Answering;
use self::facts::Facts;
use self::judging::OneByOne;
use self::members::{Members, Ticked};
use self::tools::Tools;
use super::head::PageHead;
use super::missing::Missing;
use super::resource::{Answer, Question, use_answer};
use crate::api;
use crate::components::batch_runs::progress;
use crate::components::visible::visible;
use crate::components::{Breadcrumbs, Crumb, Glyph, Icon, Loading, Notice, ScriptView, Tone};
use crate::links;
use crate::live::Live;

/// The page of a request of several runs.
#[component]
pub fn RequestPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| BatchId(params.read().get("id").unwrap_or_default()));
    // Another request is another page.
    move || view! { <OneRequest id=id.get()/> }
}

#[derive(Clone, PartialEq)]
enum Phase {
    Loading,
    Failed(api::Error),
    Ready,
}

#[component]
fn OneRequest(id: BatchId) -> impl IntoView {
    let live = expect_context::<Live>();
    // Grows with everything that is told of one of its runs.
    let news = RwSignal::new(0_u32);
    let answer = use_answer(move || {
        news.track();
        live.resync().track();
        live.catalog().track();
        let id = id.clone();
        async move { api::batch(&id).await }
    });
    let phase = Memo::new(move |_| match answer.state() {
        Answer::Loading => Phase::Loading,
        Answer::Failed(error) => Phase::Failed(error),
        Answer::Ready(_) => Phase::Ready,
    });
    move || {
        match phase.get() {
        Phase::Loading => view! { <PageHead title="Request"/><Loading lines=8/> }.into_any(),
        Phase::Failed(error) => {
            view! { <Missing error what="request" list=("/runs", "All runs") on_retry=move |()| answer.retry()/> }
                .into_any()
        }
        Phase::Ready => match untrack(|| answer.ready()) {
            Some(first) => view! { <Ready first answer news/> }.into_any(),
            None => ().into_any(),
        },
    }
    }
}

/// The page once it is there: drawn once, changed in place.
#[component]
fn Ready(first: Batch, answer: Question<Batch>, news: RwSignal<u32>) -> impl IntoView {
    let live = expect_context::<Live>();
    let feed = live.watch_batch(&first.id, &first.runbook);
    Effect::new(move |before: Option<()>| {
        feed.track();
        if before.is_some() {
            news.update(|news| *news = news.wrapping_add(1));
        }
    });
    note_looks(&first);
    let known = StoredValue::new(first.clone());
    let batch: Signal<Batch> = Memo::new(move |_| answer.ready().unwrap_or_else(|| known.get_value())).into();
    let on_change = Callback::new(move |batch: Batch| {
        batch.members.iter().for_each(|member| live.note(&member.run));
        answer.put(batch);
    });
    let title = format!("{}: {} runs", first.label, first.members.len());
    let crumbs = vec![
        Crumb::to("Runs", "/runs"),
        Crumb::to(first.runbook_title.clone(), links::runbook(&first.runbook)),
        Crumb::here(title.clone()),
    ];
    let ticked = Ticked::new();
    let danger = Memo::new(move |_| batch.read().danger.clone());
    let script = Memo::new(move |_| batch.read().script.clone());
    view! {
        <Breadcrumbs items=crumbs/>
        <PageHead title=title><Tools batch on_change/></PageHead>
        <p class="run-state"><strong role="status">{move || progress(batch.read().members.iter().map(|it| it.run.state))}</strong></p>
        {move || answer.stale().map(|error| view! { <Notice tone=Tone::Warning live=true><p>{error.to_string()}</p></Notice> })}
        {move || danger.get().map(|danger| view! { <p class="action-card__danger request-danger"><Glyph icon=Icon::Warning/><span>{visible(&danger)}</span></p> })}
        <Members batch ticked/>
        <Facts batch/>
        {move || match script.get() {
            Some(script) => view! { <ScriptView script language=first.language.clone() label="Script of all runs"/> }.into_any(),
            None => view! {
                <Notice tone=Tone::Danger title="The scripts are not all the same">
                    <p>"They were when these runs were asked for, so somebody has changed the record. Look at each run's own page."</p>
                </Notice>
            }.into_any(),
        }}
        <OneByOne batch/>
        <Answering batch ticked on_answered=on_change/>
    }
}

/// Notes that somebody who may answer has this page before them; that it can't be noted keeps nobody from judging.
fn note_looks(batch: &Batch) {
    let seen: Vec<_> = batch.members.iter().filter(|it| it.may.answer).map(|it| it.run.id.clone()).collect();
    spawn_local(async move {
        for id in seen {
            drop(api::look(&id, LookRequest { at: LookedAt::Request }).await);
        }
    });
}
