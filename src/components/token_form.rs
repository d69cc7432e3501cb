//! The form for a new API token.

use leptos::ev::SubmitEvent;
use leptos::html::{Form, Input, Select};
use leptos::prelude::*;

use lastmile_protocol::{NewToken, TokenScope};

use super::element_id::element_id;
use super::icon::{Glyph, Icon};

/// Days that are offered, besides the server's default and most.
const OFFERED: [u32; 4] = [7, 30, 90, 365];

/// The days that a token may hold, the shortest first.
#[must_use]
pub fn offered_days(default: u32, longest: u32) -> Vec<u32> {
    let mut days: Vec<u32> = OFFERED.into_iter().chain([default, longest]).collect();
    days.retain(|days| (1..=longest).contains(days));
    days.sort_unstable();
    days.dedup();
    days
}

/// Name, what it may do, how long, and for which program.
#[component]
pub fn TokenForm(
    /// Days that a token holds, unless others are chosen.
    default_days: u32,
    /// Most days.
    longest_days: u32,
    /// It is being made.
    #[prop(into)]
    busy: Signal<bool>,
    /// Why it was refused.
    #[prop(into)]
    refusal: Signal<Option<String>>,
    /// How many were made: with each, the form is empty again.
    #[prop(into)]
    made: Signal<u32>,
    /// Called with what was chosen.
    #[prop(into)]
    on_make: Callback<NewToken>,
) -> impl IntoView {
    let (name, service) = (NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let days = NodeRef::<Select>::new();
    let scope = RwSignal::new(TokenScope::Read);
    let form = NodeRef::<Form>::new();
    Effect::new(move |_| {
        if let (1.., Some(form)) = (made.get(), form.get_untracked()) {
            form.reset();
            scope.set(TokenScope::Read);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text =
            |field: NodeRef<Input>| field.get_untracked().map(|field| field.value()).unwrap_or_default();
        let days = days.get_untracked().and_then(|field| field.value().parse().ok());
        let service = Some(text(service)).filter(|text| !text.trim().is_empty());
        if !busy.get_untracked() {
            on_make.run(NewToken { name: text(name), service, scope: scope.get_untracked(), days });
        }
    };
    let choices = offered_days(default_days, longest_days).into_iter().map(|days| {
        let words = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
        view! { <option value=days.to_string() selected=days == default_days>{words}</option> }
    });
    let choices = choices.collect_view();
    let (name_id, days_id, service_id, why_id) =
        (element_id("name"), element_id("days"), element_id("service"), element_id("why"));
    view! {
        <form class="token-form" node_ref=form on:submit=submit aria-describedby=why_id.clone()>
            <div class="field">
                <label class="field__label" for=name_id.clone()>"Name"</label>
                <input class="control" id=name_id node_ref=name maxlength="60" required autocomplete="off" placeholder="What it is for"/>
            </div>
            <Scopes scope/>
            <div class="field field--short">
                <label class="field__label" for=days_id.clone()>"Holds for"</label>
                <select class="control" id=days_id node_ref=days>{choices}</select>
            </div>
            <div class="field">
                <label class="field__label" for=service_id.clone()>
                    "Used by"<span class="field__optional">"optional"</span>
                </label>
                <input class="control" id=service_id node_ref=service maxlength="60" autocomplete="off" placeholder="A service, if it is not your own program"/>
            </div>
            <p class="field__error" id=why_id.clone() role="alert">
                {move || refusal.get().map(|why| view! { <Glyph icon=Icon::Warning/><span>{why}</span> })}
            </p>
            <button type="submit" class="button button--primary" aria-busy=move || busy.get().then_some("true")
                aria-disabled=move || busy.get().then_some("true")
            >
                {move || busy.get().then(|| view! { <Glyph icon=Icon::Spinner/> })}
                <span>"Make token"</span>
            </button>
        </form>
    }
}

#[component]
fn Scopes(scope: RwSignal<TokenScope>) -> impl IntoView {
    let name = element_id("scope");
    let choice = |of: TokenScope, word: &'static str, more: &'static str| {
        view! {
            <label class="tick">
                <input class="radio" type="radio" name=name.clone() prop:checked=move || scope.get() == of
                    on:change=move |_| scope.set(of)/>
                <span>{word}" "<span class="field__optional">{more}</span></span>
            </label>
        }
    };
    view! {
        <fieldset class="field" role="radiogroup">
            <legend class="field__label">"It may"</legend>
            {choice(TokenScope::Read, "Read", "runbooks, runs and logs")}
            {choice(TokenScope::Run, "Run", "also ask for runs, and cancel them")}
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_days_are_offered_than_the_server_allows_and_its_own_are_among_them() {
        assert_eq!(offered_days(30, 365), [7, 30, 90, 365]);
        assert_eq!(offered_days(10, 45), [7, 10, 30, 45]);
        assert_eq!(offered_days(1, 1), [1]);
    }
}
