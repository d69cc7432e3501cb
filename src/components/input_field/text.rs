//! Fields that one types into.

use lastmile_runbook::InputType;
use leptos::prelude::*;

use super::{Field, LabelText, Notes};

/// How the browser treats a type: `type`, `inputmode`, `autocomplete`.
///
/// Numbers are text fields: `type=number` changes values on a scroll wheel and hides what was really typed.
const fn browser_traits(kind: InputType) -> (&'static str, &'static str) {
    match kind {
        InputType::Secret => ("password", "text"),
        InputType::Date => ("date", "text"),
        InputType::Integer => ("text", "numeric"),
        InputType::Number => ("text", "decimal"),
        _ => ("text", "text"),
    }
}

/// One line.
#[component]
pub(super) fn Line(field: Field) -> impl IntoView {
    let (kind, placeholder) = field.spec.with_value(|spec| (spec.kind, spec.placeholder.clone()));
    let (input_type, mode) = browser_traits(kind);
    let class = match kind {
        InputType::Integer | InputType::Number | InputType::Date | InputType::Duration => {
            "field field--short"
        }
        _ => "field",
    };
    view! {
        <div class=class class:field--wrong=move || field.problem.read().is_some()>
            <label class="field__label" for=field.id()><LabelText field/></label>
            <input class="control control--typed" id=field.id() type=input_type inputmode=mode
                placeholder=placeholder autocomplete="off" spellcheck="false" autocapitalize="off"
                prop:value=field.value disabled=field.locked
                aria-required=field.required().then_some("true")
                aria-describedby=move || field.described() aria-invalid=move || field.invalid()
                on:input=move |event| field.on_change.run(event_target_value(&event))
                on:blur=move |_| field.touched.set(true)
            />
            <Notes field/>
        </div>
    }
}

/// Several lines.
#[component]
pub(super) fn Area(field: Field) -> impl IntoView {
    let placeholder = field.spec.with_value(|spec| spec.placeholder.clone());
    view! {
        <div class="field field--wide" class:field--wrong=move || field.problem.read().is_some()>
            <label class="field__label" for=field.id()><LabelText field/></label>
            <textarea class="control control--typed" id=field.id() rows="4" placeholder=placeholder
                spellcheck="false" prop:value=field.value disabled=field.locked
                aria-required=field.required().then_some("true")
                aria-describedby=move || field.described() aria-invalid=move || field.invalid()
                on:input=move |event| field.on_change.run(event_target_value(&event))
                on:blur=move |_| field.touched.set(true)
            ></textarea>
            <Notes field/>
        </div>
    }
}
