//! A run in a list.

use lastmile_protocol::{RunState, RunSummary};
use leptos::prelude::*;

use super::environment::EnvironmentBadge;
use super::glass::GlassMark;
use super::icon::{Glyph, Icon};
use super::person::PersonName;
use super::state_badge::StateBadge;
use super::time::{Elapsed, RelativeTime};
use super::visible::visible;

/// The page of a run.
#[must_use]
pub fn run_href(run: &RunSummary) -> String {
    format!("/runs/{}", run.id)
}

/// What an approved run waits for: whoever agreed to it late may believe that it runs.
#[must_use]
pub fn late_word(run: &RunSummary) -> Option<String> {
    (run.state == RunState::Approved)
        .then(|| format!("Agreed to too late to start by itself: {} has to press Start.", run.requester.name))
}

/// The inputs as one line: `pool=blue count=3 token=•••`.
#[must_use]
pub fn inputs_line(run: &RunSummary) -> String {
    let pairs = run.inputs.iter().filter(|input| input.secret || !input.value.is_empty()).map(|input| {
        let value = if input.secret {
            "•••".to_owned()
        } else {
            one_word(input.typed.as_ref().unwrap_or(&input.value))
        };
        format!("{}={value}", input.name)
    });
    pairs.collect::<Vec<_>>().join(" ")
}

/// A value that can't be taken for two: quoted where it holds a space or a quote.
fn one_word(value: &str) -> String {
    let value = visible(&value.replace('\n', ","));
    if value.contains([' ', '\t', '"']) { format!("\"{}\"", value.replace('"', "\\\"")) } else { value }
}

/// A run as one row: state, what, where, who, why, when. Stands in a `<ul class="rows">`.
#[component]
pub fn RunRow(
    /// The run; a signal where live news changes it.
    #[prop(into)]
    run: Signal<RunSummary>,
) -> impl IntoView {
    let state = Memo::new(move |_| run.read().state);
    view! {
        <li class="row run-row" class:run-row--lost=move || state.get() == RunState::Lost>
            <span class="run-row__state"><StateBadge state cancelling=Signal::derive(move || run.read().is_cancelling())/></span>
            <div class="run-row__what">
                <a class="row__link" href=move || run_href(&run.read())>{move || run.read().label.clone()}</a>
                <GlassMark run/>
                <span class="row__more">{move || run.read().runbook_title.clone()}</span>
                {move || {
                    let line = inputs_line(&run.read());
                    (!line.is_empty()).then(|| view! { <code class="row__inputs">{line}</code> })
                }}
            </div>
            <span class="run-row__where">
                {move || view! { <EnvironmentBadge environment=run.read().environment.clone()/> }}
                <span class="row__more">{move || run.read().target.clone()}</span>
            </span>
            <div class="run-row__who">
                {move || view! { <PersonName person=run.read().requester.clone() short=true/> }}
                {move || why(&run.read())}
            </div>
            <span class="run-row__when">
                <RelativeTime at=Signal::derive(move || run.read().times.requested)/>
                {move || spent(run)}
            </span>
        </li>
    }
}

/// Ticket and reason.
fn why(run: &RunSummary) -> impl IntoView + use<> {
    let ticket = run.ticket.clone().map(|ticket| {
        view! { <span class="row__ticket"><Glyph icon=Icon::Ticket/>{ticket}</span> }
    });
    let reason = run.reason.clone().map(|reason| view! { <span class="row__more">{visible(&reason)}</span> });
    (ticket, reason)
}

/// How long it has worked; nothing before it has started.
fn spent(run: Signal<RunSummary>) -> Option<impl IntoView> {
    run.read().times.running.map(|from| {
        let until = Signal::derive(move || run.read().times.ended);
        view! { <span class="row__more"><Glyph icon=Icon::Clock/><Elapsed from until/></span> }
    })
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::{InputValue, Person, RunTimes};

    use super::*;

    #[test]
    fn a_secret_is_named_but_never_shown_in_a_row() {
        let input = |name: &str, value: &str, secret| InputValue {
            name: name.into(),
            value: value.into(),
            secret,
            version: None,
            typed: None,
        };
        let run = RunSummary {
            id: "r".into(),
            state: RunState::Queued,
            runbook: "b".into(),
            runbook_title: String::new(),
            action: String::new(),
            label: String::new(),
            check: false,
            target: String::new(),
            environment: String::new(),
            service: None,
            requester: Person { id: "noc".into(), name: "noc".into(), teams: Vec::new() },
            reason: None,
            ticket: None,
            incident: None,
            inputs: vec![input("pool", "blue", false), input("empty", "", false), input("token", "", true)],
            times: RunTimes::default(),
            outcome: None,
            break_glass: None,
            handed_on: Vec::new(),
            referral: None,
            retries_changed: false,
            batch: None,
        };
        assert_eq!(inputs_line(&run), "pool=blue token=•••");
    }
}
