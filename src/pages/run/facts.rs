//! What is known of a run: who, why, where, with what, how long.

use lastmile_protocol::{InputValue, Run};
use leptos::prelude::*;

use super::phases::{moments, phases};
use crate::components::batch_runs::request_href;
use crate::components::time::local_text;
use crate::components::time_text::duration_of_seconds;
use crate::components::visible::visible;
use crate::components::{
    Definition, DefinitionList, Elapsed, EnvironmentBadge, PersonName, RelativeTime, ThroughToken,
};
use crate::links;

/// Who asked, why, for what, where.
#[component]
pub(super) fn Facts(run: Signal<Run>) -> impl IntoView {
    let fixed = run.get_untracked();
    let summary = fixed.summary;
    let timeout = duration_of_seconds(fixed.timeout);
    let wrapper = fixed.target.command.join(" ");
    let action_link = format!("{}#{}", links::runbook(&summary.runbook), summary.action);
    view! {
        <section class="panel" aria-labelledby="run-facts">
            <h2 class="panel__title" id="run-facts">"Request"</h2>
            <DefinitionList>
                <Definition term="Asked for by"><PersonName person=summary.requester/>" "<RelativeTime at=summary.times.requested/></Definition>
                {fixed.token.map(|token| view! { <Definition term="Through"><ThroughToken token/></Definition> })}
                <Definition term="Reason">{summary.reason.map_or_else(|| "none given".to_owned(), |reason| visible(&reason))}</Definition>
                {summary.ticket.map(|ticket| view! { <Definition term="Ticket">{ticket}</Definition> })}
                {summary.incident.map(|incident| view! { <Definition term="Incident">{incident}</Definition> })}
                <Definition term="Runbook"><a href=action_link>{summary.runbook_title}</a></Definition>
                <Definition term="Target">
                    <code>{fixed.target.name}</code>" "<EnvironmentBadge environment=fixed.target.environment/>
                    {(!wrapper.is_empty()).then(|| view! { " by "<code>{wrapper}</code> })}
                    {fixed.target.user.map(|user| view! { " as "<code>{user}</code> })}
                </Definition>
                <Definition term="Inputs">{inputs(summary.inputs, &summary.target)}</Definition>
                {fixed.danger.map(|danger| view! { <Definition term="Danger">{visible(&danger)}</Definition> })}
                <Definition term="Interpreter"><code>{fixed.interpreter.join(" ")}</code></Definition>
                <Definition term="Time limit">{timeout}</Definition>
                {summary.batch.map(|place| view! {
                    <Definition term="Asked for with"><a href=request_href(&place.id)>{format!("the others of one request, as run {} of {}", place.nth, place.of)}</a></Definition>
                })}
                {fixed.rerun_of.map(|id| view! { <Definition term="Repeats"><a href=links::run(&id)>"an earlier run"</a></Definition> })}
                <Definition term="Run spec"><code class="digest" title=fixed.digest.0.clone()>{short(&fixed.digest.0)}</code></Definition>
                <Definition term="Revision">
                    <a href=format!("{}?rev={}", links::runbook(&summary.runbook), fixed.revision)><code class="digest">{short(&fixed.revision.0)}</code></a>
                </Definition>
            </DefinitionList>
        </section>
    }
}

fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}

fn inputs(all: Vec<InputValue>, target: &str) -> AnyView {
    if all.is_empty() {
        return "none".into_any();
    }
    let rows = all.into_iter().map(|InputValue { name, value, secret, typed, version }| {
        let shown = match (secret, value.is_empty()) {
            (true, _) if version.is_some() => view! {
                <em>"from "{target.to_owned()}"’s secrets"</em>", version "<code class="digest">{version}</code>
            }
            .into_any(),
            (true, _) => view! { <em>"secret, not shown"</em> }.into_any(),
            (false, true) => view! { <em>"empty"</em> }.into_any(),
            (false, false) => view! {
                <code class="input-value">{visible(typed.as_ref().unwrap_or(&value))}</code>
                {typed.is_some().then(|| format!(" ({value})"))}
            }
            .into_any(),
        };
        view! { <li><code>{name}</code>" = "{shown}</li> }
    });
    view! { <ul class="input-values">{rows.collect_view()}</ul> }.into_any()
}

/// Waiting for people, waiting in the queue and working, told apart; and each moment.
#[component]
pub(super) fn Times(run: Signal<Run>) -> impl IntoView {
    let times = Memo::new(move |_| run.with(|run| (run.summary.times, !run.needs.is_empty())));
    let spent = move || {
        let (times, asked) = times.get();
        let rows = phases(&times, asked).into_iter().map(|phase| {
            view! { <Definition term=phase.name><Elapsed from=phase.from until=phase.until/></Definition> }
        });
        rows.collect_view()
    };
    let stamps = move || {
        let rows = moments(&times.get().0).into_iter().map(|(name, at)| {
            view! { <tr><th scope="row">{name}</th><td>{local_text(at)}</td></tr> }
        });
        rows.collect_view()
    };
    view! {
        <section class="panel" aria-labelledby="run-times">
            <h2 class="panel__title" id="run-times">"Time"</h2>
            <DefinitionList>{spent}</DefinitionList>
            <table class="stamps"><caption class="visually-hidden">"When it entered each state"</caption><tbody>{stamps}</tbody></table>
        </section>
    }
}

/// What the script has handed on.
#[component]
pub(super) fn Outputs(run: Signal<Run>) -> impl IntoView {
    let outputs = Memo::new(move |_| run.read().outputs.clone());
    move || {
        let outputs = outputs.get();
        (!outputs.is_empty()).then(|| {
            let rows = outputs.into_iter().map(|(name, value)| {
                view! { <Definition term=name><code class="input-value">{visible(&value)}</code></Definition> }
            });
            view! {
                <section class="panel" aria-labelledby="run-outputs">
                    <h2 class="panel__title" id="run-outputs">"Outputs"</h2>
                    <DefinitionList>{rows.collect_view()}</DefinitionList>
                </section>
            }
        })
    }
}
