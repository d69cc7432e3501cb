//! Fields that one chooses in.

use leptos::prelude::*;

use super::{Field, LabelText, Notes};

impl Field {
    fn options(self) -> Vec<String> {
        self.spec.with_value(|spec| spec.options.clone())
    }

    fn choose(self, value: String) {
        self.touched.set(true);
        self.on_change.run(value);
    }
}

/// Adds `option` to the chosen lines or takes it out; the result is in the order of `options`.
#[must_use]
fn toggled(options: &[String], chosen: &str, option: &str, on: bool) -> String {
    let kept =
        options.iter().filter(|it| if *it == option { on } else { chosen.lines().any(|line| line == **it) });
    kept.map(String::as_str).collect::<Vec<_>>().join("\n")
}

/// One of more than three.
#[component]
pub(super) fn Select(field: Field) -> impl IntoView {
    let options = field.options();
    let unknown = {
        let options = options.clone();
        move || Some(field.value.get()).filter(|value| !options.contains(value))
    };
    let choices = options.into_iter().map(|option| {
        let value = option.clone();
        let selected = move || *field.value.read() == value;
        view! { <option value=option.clone() selected=selected>{option.clone()}</option> }
    });
    let choices = choices.collect_view();
    // What stands in the field but is no option (nothing yet, or a wrong link) is shown as what it is.
    let other = move || {
        unknown().map(|value| {
            let words = if value.is_empty() { "Choose…".to_owned() } else { value.clone() };
            view! { <option value=value selected=true>{words}</option> }
        })
    };
    view! {
        <div class="field" class:field--wrong=move || field.problem.read().is_some()>
            <label class="field__label" for=field.id()><LabelText field/></label>
            <select class="control" id=field.id() disabled=field.locked
                aria-required=field.required().then_some("true")
                aria-describedby=move || field.described() aria-invalid=move || field.invalid()
                on:change=move |event| field.choose(event_target_value(&event))
            >{other}{choices}</select>
            <Notes field/>
        </div>
    }
}

/// One of two or three: all of them are seen at once.
#[component]
pub(super) fn Radios(field: Field) -> impl IntoView {
    let buttons = field.options().into_iter().map(|option| {
        let value = option.clone();
        let checked = {
            let option = option.clone();
            move || *field.value.read() == option
        };
        view! {
            <label class="tick">
                <input class="radio" type="radio" name=field.id() value=option.clone() prop:checked=checked
                    disabled=field.locked on:change=move |_| field.choose(value.clone())/>
                <span>{option.clone()}</span>
            </label>
        }
    });
    view! {
        <fieldset class="field" class:field--wrong=move || field.problem.read().is_some() role="radiogroup"
            aria-required=field.required().then_some("true")
            aria-describedby=move || field.described() aria-invalid=move || field.invalid()
        >
            <legend class="field__label"><LabelText field/></legend>
            <div class="field__ticks">{buttons.collect_view()}</div>
            <Notes field/>
        </fieldset>
    }
}

/// Some of several.
#[component]
pub(super) fn Checkboxes(field: Field) -> impl IntoView {
    let boxes = field.options().into_iter().map(|option| {
        let checked = {
            let option = option.clone();
            move || field.value.read().lines().any(|line| line == option)
        };
        let toggle = {
            let option = option.clone();
            move |on: bool| toggled(&field.options(), &field.value.get_untracked(), &option, on)
        };
        view! {
            <label class="tick">
                <input class="checkbox" type="checkbox" value=option.clone() prop:checked=checked
                    disabled=field.locked aria-invalid=move || field.invalid()
                    on:change=move |event| field.choose(toggle(event_target_checked(&event)))/>
                <span>{option.clone()}</span>
            </label>
        }
    });
    view! {
        <fieldset class="field" class:field--wrong=move || field.problem.read().is_some()
            aria-describedby=move || field.described()
        >
            <legend class="field__label"><LabelText field/></legend>
            <div class="field__ticks">{boxes.collect_view()}</div>
            <Notes field/>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_options_keep_the_order_of_the_declaration() {
        let options = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(toggled(&options, "c", "a", true), "a\nc");
        assert_eq!(toggled(&options, "a\nc", "c", false), "a");
        assert_eq!(toggled(&options, "stale", "b", true), "b");
    }
}
