//! Inputs beside their last use.

use lastmile_protocol::{InputChange, InputUse, InputValue, RunSummary};
use leptos::prelude::*;

use super::Part;
use crate::components::RelativeTime;
use crate::components::run_row::run_href;
use crate::components::visible::visible;

/// The inputs, changed ones marked; nothing where the action has none.
#[component]
pub(super) fn Inputs(inputs: Vec<InputUse>, last_use: Option<RunSummary>) -> impl IntoView {
    (!inputs.is_empty()).then(|| {
        let beside = match last_use {
            None => "It has never run here, so there is nothing to set them beside.".into_any(),
            Some(run) => {
                let (href, at) = (run_href(&run), run.times.requested);
                view! { "Beside "<a href=href>"its last use"</a>" by "{run.requester.name}" "<RelativeTime at/>"." }.into_any()
            }
        };
        let rows = inputs.into_iter().map(row).collect_view();
        view! {
            <Part title="Inputs">
                <p class="judging__none">{beside}</p>
                <ul class="judging__list">{rows}</ul>
            </Part>
        }
    })
}

fn row(input: InputUse) -> impl IntoView {
    let changed = input.change == InputChange::Changed;
    let (word, value) = (word(&input), value(&input.now));
    view! {
        <li class="judging__line" class:judging__line--loud=changed>
            <span><code>{input.now.name}</code>" = "{value}</span>
            <span class="judging__change">{word}</span>
        </li>
    }
}

fn value(input: &InputValue) -> AnyView {
    match shown(input) {
        Some(text) => view! { <code class="input-value">{text}</code> }.into_any(),
        None if input.secret => view! { <em>"secret, not shown"</em> }.into_any(),
        None => view! { <em>"empty"</em> }.into_any(),
    }
}

/// A value as people read it; `None` for a secret and where there is none.
fn shown(input: &InputValue) -> Option<String> {
    let text = input.typed.as_ref().unwrap_or(&input.value);
    (!input.secret && !text.is_empty()).then(|| visible(text))
}

/// How an input stands to its last use.
fn word(input: &InputUse) -> String {
    match (input.change, &input.before) {
        (InputChange::Same, _) => "as last time".to_owned(),
        (InputChange::Changed, Some(before)) if before.secret || input.now.secret => {
            "another value than last time".to_owned()
        }
        (InputChange::Changed, Some(before)) => {
            format!("changed, was {}", shown(before).unwrap_or_else(|| "empty".to_owned()))
        }
        (InputChange::Withheld, _) => "typed, so nobody can tell".to_owned(),
        (InputChange::New | InputChange::Changed, _) => "not seen before".to_owned(),
        (InputChange::Unknown, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(value: &str, secret: bool) -> InputValue {
        InputValue { name: "pool".into(), value: value.into(), secret, typed: None, version: None }
    }

    #[test]
    fn a_changed_value_says_what_it_was_with_hidden_characters_shown_and_a_secret_says_nothing() {
        let changed = |now, before| InputUse { now, before: Some(before), change: InputChange::Changed };
        assert_eq!(word(&changed(input("b", false), input("a\u{202e}", false))), "changed, was a⟨U+202E⟩");
        assert_eq!(word(&changed(input("b", false), input("", false))), "changed, was empty");
        assert_eq!(word(&changed(input("", true), input("", true))), "another value than last time");
    }
}
