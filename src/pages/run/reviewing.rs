//! The note of a broken glass, and its review with the server behind it.

use lastmile_protocol::{ReviewRequest, ReviewVerdict, Run};
use leptos::{prelude::*, task::spawn_local};

use crate::api;
use crate::components::{GlassNote, ReviewForm};
use crate::live::Live;

/// What is known of a run's broken glass; nothing on any other run.
#[component]
pub(super) fn Reviewing(
    /// The run.
    run: Signal<Run>,
    /// The run as it is after the review.
    #[prop(into)]
    on_reviewed: Callback<Run>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let (busy, refusal) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let on_review = move |(verdict, comment): (ReviewVerdict, String)| {
        let (id, digest) = run.with_untracked(|run| (run.summary.id.clone(), run.digest.clone()));
        busy.set(true);
        refusal.set(None);
        spawn_local(async move {
            match api::review(&id, &ReviewRequest { digest, verdict, comment }).await {
                Ok(run) => {
                    live.note(&run.summary);
                    on_reviewed.try_run(run);
                }
                Err(error) => drop(refusal.try_set(Some(error.to_string()))),
            }
            busy.try_set(false);
        });
    };
    // The form must survive news of the run: only what it shows draws it anew.
    let broken = Memo::new(move |_| run.read().summary.break_glass.clone());
    let may = Memo::new(move |_| run.read().may.review);
    move || {
        broken.get().map(|broken| {
            view! {
                <GlassNote broken=*broken>
                    {move || may.get().then(|| view! { <ReviewForm busy refusal on_review/> })}
                </GlassNote>
            }
        })
    }
}
