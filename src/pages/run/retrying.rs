//! Retries with the server behind them: the button beside the heading, and the panel.

use lastmile_protocol::{RetryRequest, Run, RunId, RunState};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;

use crate::components::clock::use_now;
use crate::components::retries::{RetriesPanel, retry_label};
use crate::components::time::clock_text;
use crate::components::{Button, Icon, Notice, Tone};
use crate::live::Live;
use crate::pages::runbook::fresh_key;
use crate::{api, links};

/// "Retry (2 of 3 left, until 14:35)", for whoever may.
#[component]
pub(super) fn RetryButton(
    /// The run.
    run: Signal<Run>,
) -> impl IntoView {
    let (live, navigate, now) = (expect_context::<Live>(), use_navigate(), use_now());
    let (busy, refusal) = (RwSignal::new(false), RwSignal::new(None::<String>));
    // A press whose answer never came keeps its key: the server can tell that it is the same one.
    let key = StoredValue::new(None::<String>);
    let retry = move |()| {
        let Some(retries) = run.with_untracked(|run| run.retries.clone()) else { return };
        let known = key.get_value().unwrap_or_else(fresh_key);
        key.set_value(Some(known.clone()));
        let request = RetryRequest { digest: retries.digest, idempotency_key: known };
        let navigate = navigate.clone();
        busy.set(true);
        refusal.set(None);
        spawn_local(async move {
            let answer = api::retry(&retries.of, &request).await;
            busy.try_set(false);
            if !answer.as_ref().is_err_and(api::Error::is_uncertain) {
                key.try_set_value(None);
            }
            match answer {
                Ok(run) => {
                    live.note(&run.summary);
                    navigate(&links::run(&run.summary.id), Default::default());
                }
                Err(error) => drop(refusal.try_set(Some(error.to_string()))),
            }
        });
    };
    let label = Memo::new(move |_| {
        let run = run.read();
        let open =
            run.retries.as_ref().filter(|it| it.may_retry && it.until.is_some_and(|at| now.get() < at));
        open.filter(|_| run.summary.state.is_final()).map(|retries| retry_label(retries, clock_text))
    });
    view! {
        {move || label.get().map(|label| view! { <Button icon=Icon::Retry busy on_press=retry.clone()>{label}</Button> })}
        {move || refusal.get().map(|why| view! { <Notice tone=Tone::Danger live=true><p>{why}</p></Notice> })}
    }
}

/// Who allowed what and what has come of it, once the request is decided; nothing where nobody allowed any.
#[component]
pub(super) fn Retrying(
    /// The run.
    run: Signal<Run>,
    /// The run as it is after a withdrawal.
    on_change: Callback<Run>,
    /// Another of its kin has moved on: the run has to be asked for again.
    #[prop(into)]
    on_news: Callback<()>,
) -> impl IntoView {
    let (busy, refusal) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let withdraw = move |()| {
        let (of, here) =
            run.with_untracked(|run| (run.retries.as_ref().map(|it| it.of.clone()), run.summary.id.clone()));
        let Some(of) = of else { return };
        busy.set(true);
        refusal.set(None);
        spawn_local(async move {
            match api::withdraw_retries(&of).await {
                // What was withdrawn stands with the run that was agreed to, which may not be the one of this page.
                Ok(after) if after.summary.id == here => drop(on_change.try_run(after)),
                Ok(_) => drop(on_news.try_run(())),
                Err(error) => drop(refusal.try_set(Some(error.to_string()))),
            }
            busy.try_set(false);
        });
    };
    let retries = Memo::new(move |_| {
        let run = run.read();
        run.retries.clone().filter(|_| run.summary.state != RunState::AwaitingApproval)
    });
    let shown = Memo::new(move |_| retries.read().is_some());
    let here = run.with_untracked(|run| run.summary.id.clone());
    let under_way = Memo::new(move |_| run.with(other_under_way));
    view! {
        {move || under_way.get().map(|id| view! { <Listener id on_news/> })}
        {move || shown.get().then(|| retries.get_untracked()).flatten().map(|first| {
            let retries = Signal::derive(move || retries.get().unwrap_or_else(|| first.clone()));
            view! { <RetriesPanel retries here=here.clone() busy refusal on_withdraw=withdraw/> }
        })}
    }
}

/// A retry beside this run that has not ended.
fn other_under_way(run: &Run) -> Option<RunId> {
    let all = &run.retries.as_ref()?.runs;
    let other = all.iter().find(|it| !it.state.is_final() && it.id != run.summary.id);
    other.map(|it| it.id.clone())
}

/// Hears of another run's steps; shows nothing.
#[component]
fn Listener(id: RunId, on_news: Callback<()>) -> impl IntoView {
    let told = expect_context::<Live>().watch_run(&id).summary;
    Effect::new(move |before: Option<()>| {
        told.track();
        if before.is_some() {
            on_news.run(());
        }
    });
}
