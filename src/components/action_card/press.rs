//! The button, and what a press carries.

use std::collections::BTreeMap;

use lastmile_protocol::{Decision, EachRun, SecretText};
use lastmile_runbook::{InputSpec, InputType, Kind, value};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::form::{retype_of, store_of, wanted_retype};
use super::values::{is_shown, typed_for, value_of};
use super::{Press, Subject, several, why};
use crate::components::button::{Button, Variant};
use crate::components::icon::Icon;

/// The action's button; its label is the action's.
#[component]
pub(super) fn PressButton(subject: Subject) -> impl IntoView {
    let (label, variant, icon) = subject.action.with_value(|action| {
        let variant = match (action.kind, action.danger.is_some()) {
            (Kind::Change, true) => Variant::Danger,
            (Kind::Change, false) => Variant::Primary,
            (Kind::Check, _) => Variant::Secondary,
        };
        (action.label.clone(), variant, Icon::Play)
    });
    let wanted = wanted_retype(subject);
    let blocked = Signal::derive(move || blocked(subject));
    let press = move |()| {
        if can_be_sent(subject, wanted) {
            subject.handlers.on_run.run(press_of(subject, wanted, false));
        }
    };
    view! { <Button variant icon busy=subject.standing.pending blocked on_press=press>
        {label}
        {move || subject.runs_text()}
    </Button> }
}

/// Why it can't be pressed.
fn blocked(subject: Subject) -> Option<String> {
    if subject.action.with_value(|action| action.disabled) {
        return Some("Disabled until the problems above are mended in the file.".to_owned());
    }
    if let Some(why) = subject.standing.blocked.get() {
        return Some(why);
    }
    match subject.standing.preview.read().as_ref()?.decision.as_ref()? {
        Decision::Deny { why } => Some(format!("You may not run this: {why}")),
        _ => None,
    }
}

/// Whether all that is typed can be sent; otherwise the first field that is wrong says so.
pub(super) fn can_be_sent(subject: Subject, wanted: Memo<Option<String>>) -> bool {
    let complete = is_complete(subject, wanted);
    subject.attempted.set(!complete);
    if !complete {
        show_first_problem(subject);
    }
    complete
}

fn fits(subject: Subject, spec: &InputSpec) -> bool {
    let draft = subject.draft;
    let stored = untrack(|| store_of(subject.standing, spec)).is_some();
    let each = untrack(|| subject.typed_of_each());
    each.iter().all(|typed| {
        let shown = subject.inputs.with_value(|inputs| is_shown(spec, inputs, typed));
        let value = if spec.kind == InputType::Secret {
            value_of(spec, &draft.secrets.read_untracked())
        } else {
            value_of(spec, typed)
        };
        !shown || stored || value::check(spec, &value).is_ok()
    })
}

/// What each of several runs takes.
fn each(subject: Subject) -> Vec<EachRun> {
    let typed = untrack(|| subject.typed_of_each());
    let run = |typed: &BTreeMap<String, String>| EachRun {
        inputs: subject.inputs.with_value(|inputs| typed_for(inputs, typed)),
        retype: retype_of(subject, typed),
    };
    typed.iter().map(run).collect()
}

fn is_complete(subject: Subject, wanted: Memo<Option<String>>) -> bool {
    let retyped =
        wanted.get_untracked().is_none_or(|wanted| subject.draft.retype.read_untracked().trim() == wanted);
    retyped
        && why::fits(subject)
        && several::fits(subject)
        && subject.inputs.with_value(|inputs| inputs.iter().all(|spec| fits(subject, spec)))
}

/// What a press carries: what is typed for this action, nothing of the others.
pub(super) fn press_of(subject: Subject, wanted: Memo<Option<String>>, separate: bool) -> Press {
    let draft = subject.draft;
    let given =
        |text: RwSignal<String>| Some(text.get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
    let secrets = draft.secrets.get_untracked().into_iter().filter(|(name, value)| {
        // What was typed for one target must not go along to another that has a store for it.
        let typed = |spec: &InputSpec| untrack(|| store_of(subject.standing, spec)).is_none();
        let known = |inputs: &Vec<InputSpec>| inputs.iter().any(|spec| spec.name == *name && typed(spec));
        !value.is_empty() && subject.inputs.with_value(known)
    });
    let each = if subject.runs() > 1 { each(subject) } else { Vec::new() };
    Press {
        // Each of several has all of its own.
        inputs: if each.is_empty() {
            subject.inputs.with_value(|inputs| typed_for(inputs, &draft.typed.read_untracked()))
        } else {
            BTreeMap::new()
        },
        secrets: secrets.map(|(name, value)| (name, SecretText(value))).collect(),
        retype: wanted.get_untracked().filter(|_| each.is_empty()).and_then(|_| given(draft.retype)),
        reason: given(draft.reason),
        ticket: given(draft.ticket),
        separate,
        break_glass: false,
        each,
    }
}

/// Puts the focus on the first field that is wrong, once it says so.
fn show_first_problem(subject: Subject) {
    let name = subject.action.with_value(|action| action.name.clone());
    request_animation_frame(move || {
        let Some(card) = document().get_element_by_id(&name) else { return };
        let Ok(Some(field)) = card.query_selector("[aria-invalid=true]") else { return };
        // A group of radio buttons can't take the focus itself.
        let inner = field.query_selector("input").ok().flatten();
        if let Some(field) = inner.unwrap_or(field).dyn_ref::<web_sys::HtmlElement>() {
            // It fails only for an element that has left the page.
            drop(field.focus());
        }
    });
}
