//! Saying yes or no to a run: the approval panel with the server behind it.

use lastmile_protocol::{AnswerRequest, FileState, OnCall, PersonId, Run, RunState};
use leptos::{prelude::*, task::spawn_local};

use super::referring::Referring;
use crate::components::{ApprovalPanel, Given, Glyph, Icon, Notice, Tone};
use crate::live::Live;
use crate::session::use_visitor;
use crate::{api, links, query};

/// The approval panel of a run; nothing where nobody has to agree.
#[component]
pub fn Answering(
    /// The run.
    #[prop(into)]
    run: Signal<Run>,
    /// The run as it is after the answer.
    #[prop(into)]
    on_answered: Callback<Run>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let me = use_visitor().person();
    let (busy, refusal) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let open = Memo::new(move |_| run.read().summary.state == RunState::AwaitingApproval);
    let blocked = Memo::new(move |_| {
        let me = me.read().as_ref().map(|person| person.id.clone());
        run.with(|run| why_not(run, me.as_ref()))
    });
    let on_answer = move |Given { answer, judgement, comment, retries }: Given| {
        // The digest is that of the run as it is shown: what the person read is what they agree to.
        let (id, digest) = run.with_untracked(|run| (run.summary.id.clone(), run.digest.clone()));
        busy.set(true);
        refusal.set(None);
        spawn_local(async move {
            let request = AnswerRequest { digest, answer, judgement: Some(judgement), comment, retries };
            match api::answer(&id, &request).await {
                Ok(run) => {
                    live.note(&run.summary);
                    // By then the news of it may have taken the request away.
                    on_answered.try_run(run);
                }
                Err(error) => drop(refusal.try_set(Some(error.to_string()))),
            }
            busy.try_set(false);
        });
    };
    let asked = Memo::new(move |_| !run.read().needs.is_empty());
    let file =
        Memo::new(move |_| Some(run.read().file).filter(|file| open.get() && *file != FileState::Same));
    move || {
        asked.get().then(|| {
            view! {
                {move || file.get().map(|file| file_word(file, &run.read_untracked()))}
                {move || on_call(&run.read())}
                <ApprovalPanel
                    needs=Signal::derive(move || run.read().needs.clone())
                    approvals=Signal::derive(move || run.read().approvals.clone())
                    expires=Signal::derive(move || run.read().summary.times.expires)
                    referrals=Signal::derive(move || run.read().referrals.clone())
                    may_retry=Signal::derive(move || run.read().may.allow_retries)
                    open blocked busy refusal on_answer
                >
                    <Referring run on_referred=on_answered/>
                </ApprovalPanel>
            }
        })
    }
}

/// Whom to look for; anybody of the team may answer.
fn on_call(run: &Run) -> Vec<AnyView> {
    let line = |on_call: &OnCall| {
        let names = on_call.people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join(", ");
        let team = on_call.team.to_string();
        view! { <p class="on-call"><Glyph icon=Icon::Person/>"On call for "{team}": "<strong>{names}</strong></p> }
            .into_any()
    };
    run.on_call.iter().map(line).collect()
}

/// The file has moved on since the run was asked for: what is agreed to has not.
fn file_word(file: FileState, run: &Run) -> impl IntoView + use<> {
    let page = links::runbook(&run.summary.runbook);
    let (tone, title, now) = match file {
        FileState::Action => {
            let now = format!("{page}#{}", query::encode(&run.summary.action));
            (
                Tone::Warning,
                "The runbook's action does something else by now",
                Some((now, "The action as it is now")),
            )
        }
        FileState::Gone => (Tone::Warning, "The runbook no longer has this action", None),
        _ => (
            Tone::Info,
            "The runbook's text has changed since; this action has not",
            Some((page.clone(), "The text as it is now")),
        ),
    };
    let then = format!("{page}?rev={}", run.revision);
    view! {
        <Notice tone title=title live=true>
            <p>"A yes lets exactly that run which was asked for. "
                <a href=then>"The runbook as it was then"</a>
                {now.map(|(href, label)| view! { " · "<a href=href>{label}</a> })}
            </p>
        </Notice>
    }
}

/// Why this person may not answer; `None` means they may.
fn why_not(run: &Run, me: Option<&PersonId>) -> Option<String> {
    if run.may.answer {
        return None;
    }
    if me == Some(&run.summary.requester.id) {
        return Some("You asked for this run yourself: somebody else must agree.".to_owned());
    }
    if run.approvals.iter().any(|approval| Some(&approval.by.id) == me) {
        return Some("You have answered already.".to_owned());
    }
    let teams: Vec<&str> = run.needs.iter().map(|need| need.team.as_str()).collect();
    Some(format!("Only people of {} may answer.", teams.join(" and ")))
}
