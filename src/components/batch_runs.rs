//! The runs of one request beside one another: how many stand where, and each with what tells it from the others.

use lastmile_protocol::{BatchId, RunState, RunSummary, counts};
use leptos::prelude::*;

use super::run_row::run_href;
use super::state_badge::{StateBadge, word};
use super::visible::visible;

/// The page of a request of several runs.
#[must_use]
pub fn request_href(id: &BatchId) -> String {
    format!("/requests/{id}")
}

/// What tells each run from the others: the values of the inputs that differ, else its target.
#[must_use]
pub fn labels(runs: &[RunSummary]) -> Vec<String> {
    let value = |run: &RunSummary, name: &str| {
        let input = run.inputs.iter().find(|input| input.name == name && !input.secret);
        input.map(|input| input.typed.clone().unwrap_or_else(|| input.value.clone()))
    };
    let names = runs.first().map(|run| run.inputs.as_slice()).unwrap_or_default().iter();
    let differing: Vec<&str> = names
        .map(|input| input.name.as_str())
        .filter(|name| runs.iter().any(|run| value(run, name) != value(&runs[0], name)))
        .collect();
    let label = |run: &RunSummary| {
        let values: Vec<_> = differing.iter().filter_map(|name| value(run, name)).collect();
        if values.is_empty() { run.target.clone() } else { visible(&values.join(" ").replace('\n', ",")) }
    };
    runs.iter().map(label).collect()
}

/// How many of them stand where, in words: "1 running, 3 succeeded".
#[must_use]
pub fn progress(states: impl Iterator<Item = RunState>) -> String {
    let counted = counts(states).into_iter();
    let parts = counted.map(|(state, count)| format!("{count} {}", word(state).to_lowercase()));
    parts.collect::<Vec<_>>().join(", ")
}

/// The runs as a short list, each with its state and its page; live where the signal is.
#[component]
pub fn BatchRuns(
    /// The runs, in the order of their request.
    #[prop(into)]
    runs: Signal<Vec<RunSummary>>,
) -> impl IntoView {
    let names = Memo::new(move |_| labels(&runs.read()));
    let rows = move || {
        let rows = runs.get().into_iter().zip(names.get()).map(|(run, name)| {
            let (state, cancelling) = (run.state, run.is_cancelling());
            let message = run.outcome.as_ref().and_then(|outcome| outcome.message.clone());
            view! {
                <li class="batch-run" data-state=state.as_str()>
                    <StateBadge state cancelling=Signal::stored(cancelling)/>
                    <a class="batch-run__name" href=run_href(&run)>{name}</a>
                    {message.map(|message| view! { <span class="batch-run__message">{message}</span> })}
                </li>
            }
        });
        rows.collect_view()
    };
    view! { <ul class="batch-runs" aria-label="Runs of this request">{rows}</ul> }
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::InputValue;

    use super::*;
    use crate::sample;

    fn run(id: &str, inputs: &[(&str, &str, bool)]) -> RunSummary {
        let input = |(name, value, secret): &(&str, &str, bool)| InputValue {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            secret: *secret,
            typed: None,
            version: None,
        };
        RunSummary { inputs: inputs.iter().map(input).collect(), ..sample::run(id, RunState::Running) }
    }

    #[test]
    fn a_run_is_called_by_what_it_does_not_share_with_the_others() {
        let runs = [
            run("1", &[("node", "node-1", false), ("mode", "soft", false), ("token", "", true)]),
            run("2", &[("node", "node-2", false), ("mode", "soft", false), ("token", "", true)]),
        ];
        assert_eq!(labels(&runs), ["node-1", "node-2"]);
        assert_eq!(labels(&runs[..1]), [runs[0].target.clone()]);
        assert!(labels(&[]).is_empty());
    }

    #[test]
    fn what_hides_or_reorders_text_is_shown_in_a_name() {
        let runs = [run("1", &[("node", "a\u{202e}b", false)]), run("2", &[("node", "c", false)])];
        assert_eq!(labels(&runs)[0], "a⟨U+202E⟩b");
    }

    #[test]
    fn progress_is_counted_in_words() {
        let states = [RunState::Succeeded, RunState::Running, RunState::Succeeded];
        assert_eq!(progress(states.into_iter()), "1 running, 2 succeeded");
    }
}
