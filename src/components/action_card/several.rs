//! Several values of one input: one press, one request, a run for each of them.

use std::collections::BTreeMap;

use lastmile_protocol::{LEAST_OF_BATCH, MOST_OF_BATCH};
use lastmile_runbook::{InputSpec, InputType};
use leptos::prelude::*;

use super::Subject;
use super::values::value_of;
use crate::components::button::{Button, Variant};
use crate::components::element_id::element_id;
use crate::components::icon::{Glyph, Icon};

/// The chosen values of one input, in the order of its options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Several {
    /// The input.
    pub input: String,
    /// Its values.
    pub values: Vec<String>,
}

impl Several {
    /// Whether several can be chosen of it at all.
    #[must_use]
    pub fn fits(spec: &InputSpec) -> bool {
        spec.kind == InputType::Choice && spec.options.len() >= LEAST_OF_BATCH
    }

    /// With that value chosen or not.
    #[must_use]
    fn with(&self, options: &[String], value: &str, on: bool) -> Self {
        let is_in = |option: &&String| if *option == value { on } else { self.values.contains(option) };
        Self { input: self.input.clone(), values: options.iter().filter(is_in).cloned().collect() }
    }

    /// What keeps it from being sent.
    fn problem(&self) -> Option<String> {
        match self.values.len() {
            0 => Some("Choose at least one.".to_owned()),
            count if count > MOST_OF_BATCH => Some(format!(
                "One request takes {MOST_OF_BATCH} runs: choose {} fewer.",
                count - MOST_OF_BATCH
            )),
            _ => None,
        }
    }
}

/// What is typed for each run: as it is, or once with each of the chosen values.
#[must_use]
pub fn typed_of_each(
    typed: &BTreeMap<String, String>,
    several: Option<&Several>,
) -> Vec<BTreeMap<String, String>> {
    match several {
        Some(Several { input, values }) if !values.is_empty() => {
            let with = |value: &String| {
                let mut typed = typed.clone();
                typed.insert(input.clone(), value.clone());
                typed
            };
            values.iter().map(with).collect()
        }
        _ => vec![typed.clone()],
    }
}

impl Subject {
    pub(super) fn typed_of_each(self) -> Vec<BTreeMap<String, String>> {
        typed_of_each(&self.draft.typed.read(), self.draft.several.read().as_ref())
    }

    /// How many runs a press asks for.
    pub(super) fn runs(self) -> usize {
        self.draft.several.with(|several| several.as_ref().map_or(1, |several| several.values.len().max(1)))
    }

    /// Behind the button's label, where it asks for more than one.
    pub(super) fn runs_text(self) -> Option<String> {
        Some(self.runs()).filter(|runs| *runs > 1).map(|runs| format!(" ({runs} runs)"))
    }
}

/// Whether what is chosen can be sent.
pub(super) fn fits(subject: Subject) -> bool {
    subject.draft.several.with_untracked(|several| several.as_ref().and_then(Several::problem).is_none())
}

/// Below a field of which several values can be chosen: the way there.
#[component]
pub(super) fn MaySeveral(subject: Subject, spec: InputSpec) -> impl IntoView {
    let usable = Several::fits(&spec) && !subject.action.with_value(|action| action.disabled);
    usable.then(|| {
        let of = format!(" of {}", spec.name);
        let begin = move |()| begin(subject, &spec);
        view! {
            <Button variant=Variant::Quiet small=true icon=Icon::Queue on_press=begin>
                "Choose several"<span class="visually-hidden">{of}</span>
            </Button>
        }
    })
}

/// Begins with what is chosen already.
fn begin(subject: Subject, spec: &InputSpec) {
    let now = subject.draft.typed.with_untracked(|typed| value_of(spec, typed));
    let values = spec.options.iter().filter(|option| **option == now).cloned().collect();
    subject.draft.several.set(Some(Several { input: spec.name.clone(), values }));
}

/// The input as ticks, one for each option.
#[component]
pub(super) fn Ticks(subject: Subject, spec: InputSpec) -> impl IntoView {
    let several = subject.draft.several;
    let (name, options) = (spec.name.clone(), StoredValue::new(spec.options));
    let (id, input) = (element_id(&spec.name), StoredValue::new(spec.name));
    let choose = move |value: &str, on: bool| {
        let next = several.with_untracked(|several| {
            several.clone().unwrap_or_default().with(&options.get_value(), value, on)
        });
        keep_first(subject, &input.get_value(), &next);
        several.set(Some(next));
    };
    let boxes = options.get_value().into_iter().map(move |option| {
        let (value, shown) = (option.clone(), option.clone());
        let checked = move || several.read().as_ref().is_some_and(|it| it.values.contains(&value));
        view! {
            <label class="tick">
                <input class="checkbox" type="checkbox" value=option.clone() prop:checked=checked
                    on:change=move |event| choose(&option, event_target_checked(&event))/>
                <span>{shown}</span>
            </label>
        }
    });
    let problem = Memo::new(move |_| {
        let tried = subject.attempted.get();
        several.read().as_ref().and_then(Several::problem).filter(|_| tried)
    });
    let (error_id, one) = (format!("{id}-error"), move |()| several.set(None));
    view! {
        <fieldset class="field field--wide" class:field--wrong=move || problem.read().is_some()
            aria-describedby=error_id.clone() aria-invalid=move || problem.read().is_some().then_some("true")
        >
            <legend class="field__label"><span class="field__name">{name}</span><span class="field__optional">"a run for each"</span></legend>
            <div class="field__ticks">{boxes.collect_view()}</div>
            {spec.description.map(|text| view! { <div class="field__notes"><span class="field__description">{text}</span></div> })}
            <p class="field__error" id=error_id.clone()>
                {move || problem.get().map(|problem| view! { <Glyph icon=Icon::Warning/><span>{problem}</span> })}
            </p>
            <div class="several__less"><Button variant=Variant::Quiet small=true on_press=one>"Choose one only"</Button></div>
        </fieldset>
    }
}

/// What else the card says of one run it says of the first of them.
fn keep_first(subject: Subject, input: &str, several: &Several) {
    if let Some(first) = several.values.first() {
        subject.draft.typed.update(|typed| drop(typed.insert(input.to_owned(), first.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Vec<String> {
        (1..=25).map(|number| format!("node-{number}")).collect()
    }

    #[test]
    fn chosen_values_keep_the_order_of_the_options_and_each_is_a_run() {
        let mut several = Several { input: "node".to_owned(), values: vec!["node-3".to_owned()] };
        several = several.with(&options(), "node-1", true).with(&options(), "node-2", true);
        several = several.with(&options(), "node-3", false);
        assert_eq!(several.values, ["node-1", "node-2"]);
        let typed = BTreeMap::from([("mode".to_owned(), "soft".to_owned())]);
        let each = typed_of_each(&typed, Some(&several));
        assert_eq!((each.len(), each[1]["node"].as_str(), each[1]["mode"].as_str()), (2, "node-2", "soft"));
        assert_eq!(typed_of_each(&typed, None), std::slice::from_ref(&typed));
    }

    #[test]
    fn none_and_more_than_a_request_takes_can_t_be_sent() {
        let several =
            |count: usize| Several { input: "node".to_owned(), values: options()[..count].to_vec() };
        assert!(several(0).problem().is_some() && several(1).problem().is_none());
        assert_eq!(several(20).problem(), None);
        assert!(several(25).problem().is_some_and(|problem| problem.contains("5 fewer")));
    }
}
