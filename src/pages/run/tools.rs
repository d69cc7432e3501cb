//! What can be done with a run: start, cancel, retry, run again, copy its link.

use std::future::Future;

use lastmile_protocol::{Run, RunState};
use leptos::{prelude::*, task::spawn_local};

use super::retrying::RetryButton;
use crate::components::clipboard::copy_text;
use crate::components::{Button, ButtonLink, ConfirmDialog, CopyButton, Icon, Notice, Tone, Variant};
use crate::{api, links};

/// The buttons beside the heading.
#[component]
pub(super) fn Tools(
    /// The run.
    run: Signal<Run>,
    /// The run as it is after something was done.
    #[prop(into)]
    on_change: Callback<Run>,
) -> impl IntoView {
    let (asking, busy, refusal) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None::<String>));
    let done = move |answer: Result<Run, api::Error>| {
        busy.try_set(false);
        asking.try_set(false);
        match answer {
            Ok(run) => drop(on_change.try_run(run)),
            Err(error) => drop(refusal.try_set(Some(error.to_string()))),
        }
    };
    let id = move || run.read_untracked().summary.id.clone();
    let cancel = move |()| {
        let id = id();
        perform(busy, refusal, async move { api::cancel(&id).await }, done);
    };
    let start = move |()| {
        let id = id();
        perform(busy, refusal, async move { api::start(&id).await }, done);
    };
    let may = Memo::new(move |_| {
        let run = run.read();
        (
            run.may.cancel && !run.summary.state.is_final() && !run.summary.is_cancelling(),
            run.may.start && run.summary.state == RunState::Approved,
        )
    });
    let copy = move |()| {
        let origin = window().location().origin().unwrap_or_default();
        // Where the browser forbids it, the address bar has the same.
        let _ = copy_text(&format!("{origin}{}", links::run(&id())));
    };
    let again = run.with_untracked(|run| links::again(&run.summary));
    let waiting = Memo::new(move |_| {
        matches!(run.read().summary.state, RunState::AwaitingApproval | RunState::Approved | RunState::Queued)
    });
    view! {
        {move || may.get().1.then(|| view! { <Button variant=Variant::Primary icon=Icon::Play busy on_press=start>"Start"</Button> })}
        {move || may.get().0.then(|| view! { <Button icon=Icon::Stop on_press=move |()| asking.set(true)>"Cancel"</Button> })}
        <RetryButton run/>
        <ButtonLink icon=Icon::Retry href=again>"Run again"</ButtonLink>
        <CopyButton label="Copy link" icon=Icon::Link on_copy=copy/>
        {move || refusal.get().map(|why| view! { <Notice tone=Tone::Danger live=true><p>{why}</p></Notice> })}
        <ConfirmDialog open=asking title="Cancel this run?" confirm="Cancel run" dismiss="Keep it" danger=true busy
            on_confirm=cancel on_close=move |()| asking.set(false)
        >
            {move || if waiting.get() {
                "The request is withdrawn. Nothing has been started yet."
            } else {
                "Its process and everything that it has started are ended. What it has done so far stays done."
            }}
        </ConfirmDialog>
    }
}

fn perform(
    busy: RwSignal<bool>,
    refusal: RwSignal<Option<String>>,
    act: impl Future<Output = Result<Run, api::Error>> + 'static,
    done: impl Fn(Result<Run, api::Error>) + 'static,
) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    refusal.set(None);
    spawn_local(async move { done(act.await) });
}
