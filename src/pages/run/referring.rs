//! Asking somebody else to answer: the form with the server behind it.

use lastmile_protocol::{ReferRequest, ReferTo, Run};
use leptos::{prelude::*, task::spawn_local};

use crate::api;
use crate::components::ReferralForm;

/// The form, for somebody who may answer.
#[component]
pub(super) fn Referring(
    /// The run.
    run: Signal<Run>,
    /// The run as it is after the question.
    on_referred: Callback<Run>,
) -> impl IntoView {
    let (busy, refusal) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let people = Memo::new(move |_| run.read().could_answer.clone());
    let teams = Memo::new(move |_| {
        run.with(|run| run.needs.iter().map(|need| need.team.clone()).collect::<Vec<_>>())
    });
    let on_refer = move |(to, comment): (ReferTo, Option<String>)| {
        let (id, digest) = run.with_untracked(|run| (run.summary.id.clone(), run.digest.clone()));
        busy.set(true);
        refusal.set(None);
        spawn_local(async move {
            match api::refer(&id, &ReferRequest { digest, to, comment }).await {
                Ok(run) => drop(on_referred.try_run(run)),
                Err(error) => drop(refusal.try_set(Some(error.to_string()))),
            }
            busy.try_set(false);
        });
    };
    let may = Memo::new(move |_| run.read().may.answer);
    move || may.get().then(|| view! { <ReferralForm people teams busy refusal on_refer/> })
}
