//! The retries of a run: who allowed what, what has come of it, and taking it back.

use lastmile_protocol::{Approval, Millis, Retries, RetryGrant, RetryRun, RunId};
use leptos::prelude::*;

use super::button::Button;
use super::icon::{Glyph, Icon};
use super::person::PersonName;
use super::state_badge::word;
use super::time::{RelativeTime, clock_text};
use crate::links;

/// What a grant allows: "up to 3 retries of exactly this until 14:35".
#[must_use]
pub fn grant_words(grant: &RetryGrant, clock: impl Fn(Millis) -> String) -> String {
    let retries = if grant.count == 1 { "retry" } else { "retries" };
    format!("up to {} {retries} of exactly this until {}", grant.count, clock(grant.until))
}

/// The label of the button: "Retry (2 of 3 left, until 14:35)".
#[must_use]
pub fn retry_label(retries: &Retries, clock: impl Fn(Millis) -> String) -> String {
    let until = retries.until.map(|at| format!(", until {}", clock(at))).unwrap_or_default();
    format!("Retry ({} of {} left{until})", retries.left(), retries.count)
}

/// Whose yes a retry runs by: "Bob and Cid".
#[must_use]
pub fn by_whom(approvals: &[Approval]) -> String {
    approvals.iter().map(|approval| approval.by.name.as_str()).collect::<Vec<_>>().join(" and ")
}

/// Who allowed what, and what has come of it; the same on the run's page and on that of each retry.
#[component]
pub fn RetriesPanel(
    /// How they stand.
    #[prop(into)]
    retries: Signal<Retries>,
    /// The run whose page this is.
    here: RunId,
    /// The withdrawal is on its way.
    #[prop(into)]
    busy: Signal<bool>,
    /// What the server said, if it refused it.
    #[prop(into)]
    refusal: Signal<Option<String>>,
    /// This person takes back what they have allowed.
    #[prop(into)]
    on_withdraw: Callback<()>,
) -> impl IntoView {
    let grants = move || retries.get().approvals.into_iter().map(grant_row).collect_view();
    let this = here.clone();
    let runs = move || {
        let rows = retries.get().runs.into_iter().enumerate();
        rows.map(|(nth, run)| run_row(nth + 1, &run, &this)).collect_view()
    };
    let of = move || {
        let (of, by) = retries.with(|retries| (retries.of.clone(), by_whom(&retries.approvals)));
        (of != here).then(|| {
            view! { <p>"This repeats "<a href=links::run(&of)>"the run that was agreed to"</a>", by the yes of "<strong>{by}</strong>"."</p> }
        })
    };
    let why_not = move || {
        let why =
            retries.with(|it| it.why_not.clone().filter(|_| it.runs.iter().all(|run| run.state.is_final())));
        why.map(|why| view! { <p class="field__hint">{why}</p> })
    };
    view! {
        <div class="hindsight" role="group" aria-label="Retries">
            <h2 class="hindsight__title"><Glyph icon=Icon::Retry/>"Retries"</h2>
            {of}
            <ul class="approval-panel__answers">{grants}{runs}</ul>
            {why_not}
            {move || retries.read().may_withdraw.then(|| view! {
                <div class="approval-panel__buttons"><Button small=true icon=Icon::Hand busy on_press=on_withdraw>"Withdraw"</Button></div>
            })}
            <p class="field__error" role="alert">{refusal}</p>
        </div>
    }
}

fn grant_row(approval: Approval) -> impl IntoView {
    let allows = match &approval.retries {
        Some(grant) => format!(" allows {}", grant_words(grant, clock_text)),
        None => " agreed, and allows no retries".to_owned(),
    };
    let withdrawn = approval.retries.and_then(|grant| grant.withdrawn);
    view! {
        <li class="answer">
            <span><PersonName person=approval.by short=true/>{allows}</span>
            {withdrawn.map(|at| view! { <strong>"withdrawn "<RelativeTime at/></strong> })}
        </li>
    }
}

fn run_row(nth: usize, run: &RetryRun, here: &RunId) -> impl IntoView + use<> {
    let name = format!("Retry {nth}");
    let name = if run.id == *here {
        view! { <span>{name}", this one"</span> }.into_any()
    } else {
        view! { <a href=links::run(&run.id)>{name}</a> }.into_any()
    };
    view! { <li class="answer"><span>{name}": "{word(run.state)}</span></li> }
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::RunState;

    use super::*;

    fn clock(_: Millis) -> String {
        "14:35".to_owned()
    }

    #[test]
    fn the_button_says_how_many_are_left_and_until_when() {
        let run = |id: &str| RetryRun { id: id.into(), state: RunState::Failed };
        let retries = Retries {
            of: "a".into(),
            digest: "d".into(),
            approvals: Vec::new(),
            count: 3,
            until: Some(Millis(1)),
            runs: vec![run("b")],
            why_not: None,
            may_retry: true,
            may_withdraw: false,
        };
        assert_eq!(retry_label(&retries, clock), "Retry (2 of 3 left, until 14:35)");
    }

    #[test]
    fn a_grant_reads_as_a_sentence() {
        let grant = |count| RetryGrant { count, until: Millis(1), withdrawn: None };
        assert_eq!(grant_words(&grant(1), clock), "up to 1 retry of exactly this until 14:35");
        assert_eq!(grant_words(&grant(3), clock), "up to 3 retries of exactly this until 14:35");
    }
}
