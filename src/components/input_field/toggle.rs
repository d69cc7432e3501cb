//! The switch for a boolean.

use leptos::prelude::*;

use super::{Field, LabelText, Notes};

/// On or off.
#[component]
pub(super) fn Toggle(field: Field) -> impl IntoView {
    let on = move || *field.value.read() == "true";
    view! {
        <div class="field" class:field--wrong=move || field.problem.read().is_some()>
            <label class="tick tick--switch" for=field.id()>
                <input class="switch" id=field.id() type="checkbox" role="switch" prop:checked=on disabled=field.locked
                    aria-describedby=move || field.described() aria-invalid=move || field.invalid()
                    on:change=move |event| {
                        field.touched.set(true);
                        field.on_change.run(event_target_checked(&event).to_string());
                    }
                />
                <span class="field__label"><LabelText field/></span>
                <span class="tick__state" aria-hidden="true">{move || if on() { "yes" } else { "no" }}</span>
            </label>
            <Notes field/>
        </div>
    }
}
