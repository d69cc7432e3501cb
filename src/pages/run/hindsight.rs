//! "Was it the right call?" with the server behind it.

use lastmile_protocol::{RightCall, Run, VerdictRequest};
use leptos::{prelude::*, task::spawn_local};

use crate::api;
use crate::components::Hindsight as Shown;

/// Asked of who asked and who answered, once the run has ended; shown to all.
#[component]
pub(super) fn Hindsight(
    /// The run.
    run: Signal<Run>,
    /// The run as it is after the word.
    on_said: Callback<Run>,
) -> impl IntoView {
    let (busy, refusal) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let on_say = move |verdict: RightCall| {
        let id = run.with_untracked(|run| run.summary.id.clone());
        busy.set(true);
        refusal.set(None);
        spawn_local(async move {
            match api::say_verdict(&id, VerdictRequest { verdict }).await {
                Ok(run) => drop(on_said.try_run(run)),
                Err(error) => drop(refusal.try_set(Some(error.to_string()))),
            }
            busy.try_set(false);
        });
    };
    let may = Memo::new(move |_| run.read().may.judge);
    let verdicts = Memo::new(move |_| run.read().verdicts.clone());
    let shown = Memo::new(move |_| may.get() || !verdicts.read().is_empty());
    move || shown.get().then(|| view! { <Shown verdicts may busy refusal on_say/> })
}
