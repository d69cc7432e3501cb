//! What the card takes: inputs and the repeated value.
//!
//! There is no `<form>`: Enter in a field must not start anything. Only the button does.

use std::collections::BTreeMap;

use lastmile_protocol::{ErrorDetails, code};
use lastmile_runbook::{InputSpec, InputType};
use leptos::prelude::*;

use super::several::{MaySeveral, Ticks};
use super::values::{is_shown, value_of, values};
use super::{Standing, Subject};
use crate::components::element_id::element_id;
use crate::components::icon::{Glyph, Icon};
use crate::components::input_field::InputField;

/// The action's inputs; those whose `when` does not hold are left out.
#[component]
pub(super) fn Inputs(subject: Subject) -> impl IntoView {
    let fields = subject.inputs.get_value();
    (!fields.is_empty()).then(|| {
        let fields = fields.into_iter().map(|spec| view! { <Input subject spec/> });
        view! { <div class="action-card__inputs">{fields.collect_view()}</div> }
    })
}

#[component]
fn Input(subject: Subject, spec: InputSpec) -> impl IntoView {
    let Subject { draft, standing, attempted, .. } = subject;
    let name = StoredValue::new(spec.name.clone());
    let spec = StoredValue::new(spec);
    let secret = spec.with_value(|spec| spec.kind == InputType::Secret);
    let value = Signal::derive(move || {
        let typed = if secret { draft.secrets } else { draft.typed };
        spec.with_value(|spec| value_of(spec, &typed.read()))
    });
    let on_change = Callback::new(move |value: String| {
        let typed = if secret { draft.secrets } else { draft.typed };
        typed.update(|typed| drop(typed.insert(name.get_value(), value)));
    });
    let error = Signal::derive(move || {
        let refusal = standing.refusal.read();
        let Some(ErrorDetails::Inputs { inputs }) = refusal.as_ref()?.details.as_ref() else { return None };
        name.with_value(|name| inputs.iter().find(|it| it.name == *name).map(|it| it.message.clone()))
    });
    let shown = Memo::new(move |_| {
        spec.with_value(|spec| {
            subject.inputs.with_value(|inputs| is_shown(spec, inputs, &draft.typed.read()))
        })
    });
    let varied = Memo::new(move |_| {
        draft.several.read().as_ref().is_some_and(|several| name.with_value(|name| several.input == *name))
    });
    let locked = subject.action.with_value(|action| action.disabled);
    let store = Memo::new(move |_| spec.with_value(|spec| store_of(standing, spec)));
    move || {
        shown.get().then(|| match store.get() {
            Some(target) => spec.with_value(|spec| {
                let (name, description) = (spec.name.clone(), spec.description.clone());
                view! { <StoredSecret name description target/> }.into_any()
            }),
            None if varied.get() => view! { <Ticks subject spec=spec.get_value()/> }.into_any(),
            None => view! {
                <div class="several">
                    <InputField spec=spec.get_value() value on_change error attempted locked=Signal::stored(locked)/>
                    <MaySeveral subject spec=spec.get_value()/>
                </div>
            }
            .into_any(),
        })
    }
}

/// The target whose store fills this input, with what is typed now; `None`: somebody types it.
pub(super) fn store_of(standing: Standing, spec: &InputSpec) -> Option<String> {
    if spec.kind != InputType::Secret {
        return None;
    }
    let target = standing.target.read();
    let target = target.as_ref().filter(|target| target.secrets.contains(&spec.name))?;
    Some(target.name.clone())
}

/// A secret that nobody types.
#[component]
fn StoredSecret(name: String, description: Option<String>, target: String) -> impl IntoView {
    view! {
        <div class="field">
            <span class="field__label"><Glyph icon=Icon::Lock/><span class="field__name">{name}</span></span>
            <p class="field__stored">"From "<code>{target}</code>"’s secrets: nothing to type"</p>
            {description.map(|text| view! {
                <div class="field__notes"><span class="field__description">{text}</span></div>
            })}
        </div>
    }
}

/// The value that has to be typed again, such as the pool's name.
#[component]
pub(super) fn Retype(subject: Subject) -> impl IntoView {
    let wanted = wanted_retype(subject);
    let id = element_id("retype");
    let error_id = format!("{id}-error");
    let retype = subject.draft.retype;
    let touched = RwSignal::new(false);
    let refused = move || subject.standing.refusal.read().as_ref().is_some_and(|it| it.code == code::RETYPE);
    let wrong = Memo::new(move |_| {
        // After a run the field is emptied, which is nobody's mistake.
        let touched = touched.get() && !retype.read().is_empty();
        let shown = subject.attempted.get() || touched || refused();
        wanted.get().filter(|wanted| shown && retype.read().trim() != wanted)
    });
    view! {
        <div class="field" class:field--wrong=move || wrong.read().is_some() hidden=move || wanted.read().is_none()>
            <label class="field__label" for=id.clone()>"Type "<code>{wanted}</code>" to confirm"</label>
            <input class="control control--typed" id=id type="text" autocomplete="off" spellcheck="false" autocapitalize="off"
                prop:value=retype aria-describedby=error_id.clone()
                aria-invalid=move || wrong.read().is_some().then_some("true")
                on:input=move |event| retype.set(event_target_value(&event))
                // A field that has the focus loses it with the page that it is on.
                on:blur=move |_| touched.set(retype.try_read_untracked().is_some_and(|typed| !typed.is_empty()))
            />
            <p class="field__error" id=error_id>
                {move || wrong.get().map(|wanted| view! { <Glyph icon=Icon::Warning/><span>"Type “"{wanted}"” exactly as it stands above"</span> })}
            </p>
        </div>
    }
}

/// What has to be typed again for what is typed now.
pub(super) fn wanted_retype(subject: Subject) -> Memo<Option<String>> {
    Memo::new(move |_| {
        let each = subject.typed_of_each();
        let mut wanted: Vec<String> = Vec::new();
        for value in each.iter().filter_map(|typed| retype_of(subject, typed)) {
            if !wanted.contains(&value) {
                wanted.push(value);
            }
        }
        (!wanted.is_empty()).then(|| wanted.join(", "))
    })
}

/// What a run with these values wants typed again.
pub(super) fn retype_of(subject: Subject, typed: &BTreeMap<String, String>) -> Option<String> {
    let values = subject.inputs.with_value(|inputs| values(inputs, typed));
    subject.action.with_value(|action| action.retype_value(&values)).filter(|value| !value.is_empty())
}
