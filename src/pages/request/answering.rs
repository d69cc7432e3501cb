//! Yes or no to the ticked runs: one press, each of them by its own digest.

use lastmile_protocol::{AnswerRequest, Batch, BatchAnswers, MemberAnswer, PersonId, RunState};
use leptos::{prelude::*, task::spawn_local};

use super::members::Ticked;
use crate::api;
use crate::components::answer_form::AnswerForm;
use crate::components::element_id::element_id;
use crate::components::{Given, Glyph, Icon, RelativeTime};
use crate::session::use_visitor;

/// The form of the answers; nothing once none of the runs waits for people.
#[component]
pub(super) fn Answering(
    batch: Signal<Batch>,
    ticked: Ticked,
    #[prop(into)] on_answered: Callback<Batch>,
) -> impl IntoView {
    let me = use_visitor().person();
    let (busy, refusal) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let waits =
        Memo::new(move |_| batch.read().members.iter().any(|it| it.run.state == RunState::AwaitingApproval));
    let blocked = Memo::new(move |_| {
        let me = me.read().as_ref().map(|person| person.id.clone());
        batch.with(|batch| why_not(batch, me.as_ref()))
    });
    let chosen = Memo::new(move |_| batch.with(|batch| ticked.of(batch)).len());
    let may_retry = Signal::derive(move || {
        batch.with(|batch| ticked.of(batch).iter().all(|member| member.may.allow_retries))
    });
    let names = Memo::new(move |_| batch.with(|batch| ticked.names(batch)).join(", "));
    let words = Signal::derive(move || match chosen.get() {
        0 => ("Yes, run the ticked".to_owned(), "No to the ticked".to_owned()),
        1 => ("Yes, run it".to_owned(), "No".to_owned()),
        count => (format!("Yes, run these {count}"), format!("No to these {count}")),
    });
    let on_answer = Callback::new(move |given: Given| {
        // The digests are those of the runs as they are shown: what the person read is what they agree to.
        let (id, answers) =
            untrack(|| batch.with(|batch| (batch.id.clone(), answers(batch, ticked, &given))));
        if answers.answers.is_empty() {
            refusal.set(Some("Tick the runs first that you answer; the others go on waiting.".to_owned()));
            return;
        }
        busy.set(true);
        refusal.set(None);
        spawn_local(async move {
            match api::answer_batch(&id, &answers).await {
                Ok(batch) => drop(on_answered.try_run(batch)),
                Err(error) => drop(refusal.try_set(Some(error.to_string()))),
            }
            busy.try_set(false);
        });
    });
    let expires = Memo::new(move |_| batch.read().members.iter().filter_map(|it| it.run.times.expires).min());
    let title_id = element_id("approval");
    move || {
        waits.get().then(|| view! {
            <div class="approval-panel" role="group" aria-labelledby=title_id.clone()>
                <div class="approval-panel__head">
                    <h2 class="approval-panel__title" id=title_id.clone()><Glyph icon=Icon::People/>"Approval"</h2>
                    {move || expires.get().map(|at| view! {
                        <span class="approval-panel__expires"><Glyph icon=Icon::Clock/>"expires "<RelativeTime at/></span>
                    })}
                </div>
                <p class="approval-panel__how">"Tick the runs that your answer is for. Each is agreed to by itself; what you leave out goes on waiting."</p>
                {move || Some(names.get()).filter(|names| !names.is_empty()).map(|names| view! {
                    <p class="approval-panel__for">"Ticked: "<strong>{names}</strong></p>
                })}
                <AnswerForm blocked=blocked.into() busy=busy.into() may_retry refusal=refusal.into() on_answer words/>
            </div>
        })
    }
}

fn answers(batch: &Batch, ticked: Ticked, given: &Given) -> BatchAnswers {
    let answer = |member: lastmile_protocol::Member| MemberAnswer {
        run: member.run.id,
        answer: AnswerRequest {
            digest: member.digest,
            answer: given.answer,
            judgement: Some(given.judgement),
            comment: given.comment.clone(),
            retries: given.retries,
        },
    };
    BatchAnswers { answers: ticked.of(batch).into_iter().map(answer).collect() }
}

/// Why this person may answer none of them; `None` means they may.
fn why_not(batch: &Batch, me: Option<&PersonId>) -> Option<String> {
    if batch.members.iter().any(|member| member.may.answer) {
        return None;
    }
    if me == Some(&batch.requester.id) {
        return Some("You asked for these runs yourself: somebody else must agree.".to_owned());
    }
    let waiting = || batch.members.iter().filter(|it| it.run.state == RunState::AwaitingApproval);
    if waiting().any(|it| it.approvals.iter().any(|approval| Some(&approval.by.id) == me)) {
        return Some("You have answered already.".to_owned());
    }
    let mut teams: Vec<&str> = waiting().flat_map(|it| &it.needs).map(|need| need.team.as_str()).collect();
    teams.sort_unstable();
    teams.dedup();
    Some(format!("Only people of {} may answer.", teams.join(" and ")))
}
