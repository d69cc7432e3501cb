//! Breaking the glass: a start at once where others must agree. Offered only where the server offers it, and behind a
//! second step that asks for the reason.

use lastmile_protocol::{Decision, GlassOffer, TargetView};
use leptos::prelude::*;

use super::form::wanted_retype;
use super::press::{can_be_sent, press_of};
use super::{Press, Subject};
use crate::components::button::{Button, Variant};
use crate::components::decision_note::need_phrase;
use crate::components::dialog::ConfirmDialog;
use crate::components::element_id::element_id;
use crate::components::environment::EnvironmentBadge;
use crate::components::glass::teams;
use crate::components::icon::{Glyph, Icon};
use crate::components::time_text::duration_of_seconds;

/// A quiet button, and the dialog that it opens; nothing where the glass may not be broken.
#[component]
pub(super) fn BreakGlass(subject: Subject) -> impl IntoView {
    let offer = Memo::new(move |_| {
        let blocked = subject.standing.blocked.read().is_some();
        let preview = subject.standing.preview.read();
        // One run at a time.
        preview
            .as_ref()
            .filter(|_| !blocked && subject.runs() == 1)
            .and_then(|preview| preview.break_glass.clone())
    });
    let open = RwSignal::new(false);
    let wanted = wanted_retype(subject);
    let begin = move |()| open.set(can_be_sent(subject, wanted));
    move || {
        offer.get().map(|offer| {
            view! {
                <div class="break-glass">
                    <Button variant=Variant::Quiet small=true icon=Icon::Warning busy=subject.standing.pending on_press=begin>
                        "Break the glass…"
                    </Button>
                </div>
                <SecondStep subject offer open wanted/>
            }
        })
    }
}

/// Says what is skipped and what follows, and asks why.
#[component]
fn SecondStep(
    subject: Subject,
    offer: GlassOffer,
    open: RwSignal<bool>,
    wanted: Memo<Option<String>>,
) -> impl IntoView {
    let reason = subject.draft.reason;
    let (id, tried) = (element_id("glass"), RwSignal::new(false));
    let missing = Memo::new(move |_| tried.get() && reason.read().trim().is_empty());
    let waits = move || subject.standing.preview.read().as_ref().is_some_and(|it| it.existing.is_some());
    let confirm = move |()| {
        tried.set(true);
        if reason.read_untracked().trim().is_empty() {
            return;
        }
        open.set(false);
        tried.set(false);
        // A request of the same may wait already: this is another one.
        subject.handlers.on_run.run(Press { break_glass: true, ..press_of(subject, wanted, true) });
    };
    let title = subject.action.with_value(|action| format!("Break the glass: {}", action.label));
    let (reviewers, within) = (teams(&offer.reviewers), duration_of_seconds(offer.review_within));
    view! {
        <ConfirmDialog open title confirm="Run it now, without agreement" dismiss="Don't" danger=true
            busy=subject.standing.pending on_confirm=confirm on_close=move |()| open.set(false)
        >
            {move || place(subject).map(|target| view! {
                <p>"On "<code>{target.name}</code>" "<EnvironmentBadge environment=target.environment/></p>
            })}
            <p>"It starts at once. "{move || skipped(subject)}" Everybody concerned is told right away."</p>
            <p>"One of "{reviewers}" must review it within "{within}". It stays marked as break-glass for ever."</p>
            {move || waits().then(|| view! { <p class="break-glass__waits">"The same has been asked for already. If that still waits, withdraw it, or it may run as well."</p> })}
            <div class="field" class:field--wrong=missing>
                <label class="field__label" for=id.clone()><span class="field__name">"Why can't it wait?"</span></label>
                <textarea class="control" id=id rows="3" prop:value=reason required
                    aria-invalid=move || missing.get().then_some("true")
                    on:input=move |event| reason.set(event_target_value(&event))></textarea>
                <p class="field__error" role="alert">
                    {move || missing.get().then(|| view! { <Glyph icon=Icon::Warning/><span>"Say why: everybody concerned reads it"</span> })}
                </p>
            </div>
        </ConfirmDialog>
    }
}

/// Where it would run.
fn place(subject: Subject) -> Option<TargetView> {
    subject.standing.preview.read().as_ref().and_then(|preview| preview.target.clone())
}

/// What is left out.
fn skipped(subject: Subject) -> String {
    let preview = subject.standing.preview.read();
    let Some(preview) = preview.as_ref() else { return String::new() };
    let needs = match &preview.decision {
        Some(Decision::NeedsApproval { needs }) => needs.iter().map(need_phrase).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    let first: Vec<_> =
        preview.after.iter().filter(|it| !it.done).map(|it| format!("“{}”", it.label)).collect();
    let asked = (!needs.is_empty()).then(|| format!("It does not wait for {}.", needs.join(" and ")));
    let undone = (!first.is_empty()).then(|| format!("Not done first: {}.", first.join(", ")));
    asked.into_iter().chain(undone).collect::<Vec<_>>().join(" ")
}
