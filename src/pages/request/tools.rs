//! What can be done with a request as a whole: start what was agreed to late, cancel, copy its link.

use std::future::Future;

use lastmile_protocol::{Batch, RunId, RunState};
use leptos::{prelude::*, task::spawn_local};

use crate::api;
use crate::components::batch_runs::request_href;
use crate::components::clipboard::copy_text;
use crate::components::{Button, ConfirmDialog, CopyButton, Icon, Notice, Tone, Variant};

/// The buttons beside the heading.
#[component]
pub(super) fn Tools(
    /// The request.
    batch: Signal<Batch>,
    /// The request as it is after something was done.
    #[prop(into)]
    on_change: Callback<Batch>,
) -> impl IntoView {
    let (asking, busy, refusal) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None::<String>));
    let id = move || batch.read_untracked().id.clone();
    let perform = move |act: std::pin::Pin<Box<dyn Future<Output = Result<Batch, api::Error>>>>| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        refusal.set(None);
        spawn_local(async move {
            match act.await {
                Ok(batch) => drop(on_change.try_run(batch)),
                Err(error) => drop(refusal.try_set(Some(error.to_string()))),
            }
            busy.try_set(false);
            asking.try_set(false);
        });
    };
    let cancel = move |()| {
        let id = id();
        perform(Box::pin(async move { api::cancel_batch(&id).await }));
    };
    let to_start = Memo::new(move |_| batch.with(agreed_late));
    let start = move |()| {
        let (id, runs) = (id(), to_start.get_untracked());
        perform(Box::pin(async move {
            for run in runs {
                api::start(&run).await?;
            }
            api::batch(&id).await
        }));
    };
    let open = Memo::new(move |_| {
        let batch = batch.read();
        batch.members.iter().filter(|it| !it.run.state.is_final() && !it.run.is_cancelling()).count()
    });
    let copy = move |()| {
        let origin = window().location().origin().unwrap_or_default();
        // Where the browser forbids it, the address bar has the same.
        let _ = copy_text(&format!("{origin}{}", request_href(&id())));
    };
    view! {
        {move || Some(to_start.read().len()).filter(|count| *count > 0).map(|count| view! {
            <Button variant=Variant::Primary icon=Icon::Play busy on_press=start>{format!("Start {count} agreed to")}</Button>
        })}
        {move || (open.get() > 0).then(|| view! {
            <Button icon=Icon::Stop on_press=move |()| asking.set(true)>"Cancel all that has not ended"</Button>
        })}
        <CopyButton label="Copy link" icon=Icon::Link on_copy=copy/>
        {move || refusal.get().map(|why| view! { <Notice tone=Tone::Danger live=true><p>{why}</p></Notice> })}
        <ConfirmDialog open=asking title="Cancel all that has not ended?" confirm="Cancel runs" dismiss="Keep them" danger=true busy
            on_confirm=cancel on_close=move |()| asking.set(false)
        >
            {move || format!(
                "{} of {} runs have not ended. What waits is withdrawn; what runs is ended with everything that it has started. What was done so far stays done.",
                open.get(),
                batch.read().members.len()
            )}
        </ConfirmDialog>
    }
}

/// Runs that were agreed to too late to start by themselves, and that this person may start.
fn agreed_late(batch: &Batch) -> Vec<RunId> {
    let late = batch.members.iter().filter(|it| it.may.start && it.run.state == RunState::Approved);
    late.map(|member| member.run.id.clone()).collect()
}
