//! Manual steps: what a person does and ticks.

use lastmile_protocol::StepMark;
use lastmile_runbook::Step;
use leptos::{ev, prelude::*};

use super::time::RelativeTime;
use super::time_text::duration_of_seconds;

/// The box of a manual step.
#[component]
pub fn StepBox(
    /// The step's text, for screen readers.
    #[prop(into)]
    label: String,
    /// Who has ticked it; `None` if nobody.
    #[prop(into)]
    mark: Signal<Option<StepMark>>,
    /// A tick is on its way to the server.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Whether ticks are not taken, as on an old revision's page.
    #[prop(optional, into)]
    locked: Signal<bool>,
    /// Called with what it should become.
    #[prop(into)]
    on_mark: Callback<bool>,
) -> impl IntoView {
    let change = move |event: ev::Event| {
        let wanted = event_target_checked(&event);
        // The box shows what is recorded: it changes when the server has said so, not when it is clicked.
        event_target::<web_sys::HtmlInputElement>(&event).set_checked(mark.read_untracked().is_some());
        if !pending.get_untracked() {
            on_mark.run(wanted);
        }
    };
    view! {
        <input class="checkbox step-box" type="checkbox" aria-label=label
            prop:checked=move || mark.read().is_some()
            aria-busy=move || pending.get().then_some("true")
            disabled=locked on:change=change
        />
    }
}

/// Who has done a step and when; before that, who is to do it and how long it takes.
#[component]
pub fn StepNote(
    /// The step.
    step: Step,
    /// Who has ticked it.
    #[prop(into)]
    mark: Signal<Option<StepMark>>,
) -> impl IntoView {
    let plan = [
        step.team.map(|team| format!("for {team}")),
        step.toil.map(|s| format!("about {}", duration_of_seconds(s))),
    ];
    let plan = plan.into_iter().flatten().collect::<Vec<_>>().join(", ");
    view! {
        <span class="step-note">
            {move || match mark.get() {
                Some(StepMark { by, at, .. }) => view! { "done by "{by.name}" "<RelativeTime at/> }.into_any(),
                None => plan.clone().into_any(),
            }}
        </span>
    }
}

/// A manual step: box, text, who and when.
#[component]
pub fn StepItem(
    /// The step.
    step: Step,
    /// Who has ticked it.
    #[prop(into)]
    mark: Signal<Option<StepMark>>,
    /// A tick is on its way.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Whether ticks are not taken.
    #[prop(optional, into)]
    locked: Signal<bool>,
    /// Called with what it should become.
    #[prop(into)]
    on_mark: Callback<bool>,
) -> impl IntoView {
    view! {
        <div class="step-item" class:step-item--done=move || mark.read().is_some()>
            <StepBox label=step.text.clone() mark pending locked on_mark/>
            <span class="step-item__text">{step.text.clone()}</span>
            <StepNote step mark/>
        </div>
    }
}
