//! Afterwards: was it the right call? One press, and what others said.

use lastmile_protocol::{RightCall, Verdict};
use leptos::prelude::*;

use super::button::Button;
use super::icon::{Glyph, Icon};
use super::person::PersonName;
use super::time::RelativeTime;

/// What was said, and for those who may the three answers.
#[component]
pub fn Hindsight(
    /// What was said so far.
    #[prop(into)]
    verdicts: Signal<Vec<Verdict>>,
    /// Whether this person may say it.
    #[prop(into)]
    may: Signal<bool>,
    /// The answer is on its way.
    #[prop(into)]
    busy: Signal<bool>,
    /// What the server said, if it refused it.
    #[prop(into)]
    refusal: Signal<Option<String>>,
    /// What this person says.
    #[prop(into)]
    on_say: Callback<RightCall>,
) -> impl IntoView {
    let rows = move || verdicts.get().into_iter().map(row).collect_view();
    let buttons = RightCall::ALL.map(|call| {
        view! { <Button small=true busy on_press=move |()| on_say.run(call)>{words(call)}</Button> }
    });
    view! {
        <div class="hindsight" role="group" aria-label="Was it the right call?">
            <h2 class="hindsight__title"><Glyph icon=Icon::Question/>"Was it the right call?"</h2>
            <ul class="approval-panel__answers">{rows}</ul>
            <div class="approval-panel__buttons" hidden=move || !may.get()>{buttons.collect_view()}</div>
            <p class="field__error" role="alert">{refusal}</p>
        </div>
    }
}

const fn words(call: RightCall) -> &'static str {
    match call {
        RightCall::Yes => "Yes",
        RightCall::No => "No",
        RightCall::CannotSay | RightCall::Unknown => "Can't say",
    }
}

fn row(verdict: Verdict) -> impl IntoView {
    view! {
        <li class="answer">
            <span><PersonName person=verdict.by short=true/>": "<strong>{words(verdict.verdict)}</strong>" "<RelativeTime at=verdict.at/></span>
        </li>
    }
}
