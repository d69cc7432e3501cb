//! A form control for a declared input.

mod choice;
mod hint;
mod text;
mod toggle;

use lastmile_runbook::{InputSpec, InputType, value};
use leptos::prelude::*;

use super::element_id::element_id;
use super::icon::{Glyph, Icon};

/// A labelled control for one input, with its description and what is wrong with its value.
///
/// What is wrong shows once the person has left the field, or at once for a value that a link has filled in.
#[component]
pub fn InputField(
    /// The input's declaration.
    spec: InputSpec,
    /// What is typed: for a boolean `true` or `false`, for a multichoice one option a line.
    #[prop(into)]
    value: Signal<String>,
    /// Called at every change with the same encoding.
    #[prop(into)]
    on_change: Callback<String>,
    /// What the server said of the value; gone as soon as the value changes.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Somebody has tried to run it: an empty required field is wrong from then on.
    #[prop(optional, into)]
    attempted: Signal<bool>,
    /// The values can't be changed, as in a disabled card.
    #[prop(optional, into)]
    locked: Signal<bool>,
) -> impl IntoView {
    let filled_in = value.with_untracked(|value| !value.is_empty());
    let touched = RwSignal::new(filled_in && spec.kind != InputType::Secret);
    let refused = while_unchanged(error, value);
    let problem = {
        let spec = spec.clone();
        Memo::new(move |_| {
            refused.get().or_else(|| {
                let shown = touched.get() || attempted.get();
                shown
                    .then(|| value::check(&spec, &value.read()).err().map(|problem| problem.message))
                    .flatten()
            })
        })
    };
    let id = element_id(&spec.name);
    let field = Field {
        spec: StoredValue::new(spec),
        id: StoredValue::new(id),
        value,
        on_change,
        problem,
        touched,
        locked,
    };
    match field.spec.with_value(|spec| spec.kind) {
        InputType::Boolean => view! { <toggle::Toggle field/> }.into_any(),
        InputType::Multichoice => view! { <choice::Checkboxes field/> }.into_any(),
        InputType::Choice if field.spec.with_value(|spec| spec.options.len() <= 3) => {
            view! { <choice::Radios field/> }.into_any()
        }
        InputType::Choice => view! { <choice::Select field/> }.into_any(),
        InputType::Text => view! { <text::Area field/> }.into_any(),
        _ => view! { <text::Line field/> }.into_any(),
    }
}

/// What all kinds of controls share.
#[derive(Clone, Copy)]
struct Field {
    spec: StoredValue<InputSpec>,
    id: StoredValue<String>,
    value: Signal<String>,
    on_change: Callback<String>,
    problem: Memo<Option<String>>,
    touched: RwSignal<bool>,
    locked: Signal<bool>,
}

impl Field {
    fn id(self) -> String {
        self.id.get_value()
    }

    fn part(self, part: &str) -> String {
        format!("{}-{part}", self.id.get_value())
    }

    /// For `aria-describedby`: the notes, and the error while there is one.
    fn described(self) -> String {
        let notes = self.part("notes");
        if self.problem.read().is_some() { format!("{} {notes}", self.part("error")) } else { notes }
    }

    fn invalid(self) -> Option<&'static str> {
        self.problem.read().is_some().then_some("true")
    }

    fn required(self) -> bool {
        self.spec.with_value(|spec| spec.required)
    }
}

/// The server's word on a value, as long as the value is still the one it spoke of.
fn while_unchanged(error: Signal<Option<String>>, value: Signal<String>) -> Memo<Option<String>> {
    let said = Memo::new(move |_| error.get().map(|error| (error, value.get_untracked())));
    Memo::new(move |_| said.get().filter(|(_, about)| *about == *value.read()).map(|(error, _)| error))
}

/// The label's text and whether it must be filled in.
#[component]
fn LabelText(field: Field) -> impl IntoView {
    let (name, optional, secret) =
        field.spec.with_value(|spec| (spec.name.clone(), !spec.required, spec.kind == InputType::Secret));
    let mark = if optional {
        view! { <span class="field__optional">"optional"</span> }.into_any()
    } else {
        view! { <span class="field__required" aria-hidden="true">"*"</span> }.into_any()
    };
    view! {
        {secret.then(|| view! { <Glyph icon=Icon::Lock/> })}
        <span class="field__name">{name}</span>
        {mark}
    }
}

/// Description, hint and error, in the places that [`Field::described`] points at.
#[component]
fn Notes(field: Field) -> impl IntoView {
    let (description, hint) = field.spec.with_value(|spec| (spec.description.clone(), hint::hint(spec)));
    view! {
        <div class="field__notes" id=field.part("notes")>
            {description.map(|text| view! { <span class="field__description">{text}</span> })}
            {hint.map(|text| view! { <span class="field__hint">{text}</span> })}
        </div>
        {move || field.problem.get().map(|problem| view! {
            <p class="field__error" id=field.part("error")><Glyph icon=Icon::Warning/><span>{problem}</span></p>
        })}
    }
}
