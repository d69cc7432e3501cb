//! `/approvals`: what waits for one's yes or no, what one has asked for, what was decided.

mod several;

use lastmile_protocol::{Approvals as Lists, PendingApproval, Run, RunSummary};
use leptos::prelude::*;

use self::several::{Entry, SeveralRuns, entries, several_row};
use super::head::PageHead;
use super::resource::{Answer, use_answer};
use super::run::answering::Answering;
use super::run::judging::Judging;
use super::runs::LiveRow;
use super::watching::Notifications;
use crate::components::decision_note::need_phrase;
use crate::components::glass::teams;
use crate::components::run_row::inputs_line;
use crate::components::visible::visible;
use crate::components::{
    ButtonLink, EmptyState, EnvironmentBadge, ErrorPanel, Glyph, Icon, Loading, Notice, PersonName,
    RelativeTime, ScriptView, ThroughToken, Tone,
};
use crate::live::Live;
use crate::{api, links};

/// Approvals.
#[component]
pub fn Approvals() -> impl IntoView {
    let live = expect_context::<Live>();
    let answer = use_answer(move || {
        live.approvals().track();
        live.resync().track();
        api::approvals()
    });
    view! {
        <PageHead title="Approvals">
            <ButtonLink small=true icon=Icon::Question href="/approvals/report">"Which gates are worth having"</ButtonLink>
            <ButtonLink small=true icon=Icon::Eye href="/watching">"What you watch"</ButtonLink>
            <Notifications/>
        </PageHead>
        {move || match answer.state() {
            Answer::Loading => view! { <Loading lines=6/> }.into_any(),
            Answer::Failed(error) => view! { <ErrorPanel message=error.to_string() on_retry=move |()| answer.retry()/> }.into_any(),
            Answer::Ready(_) => {
                let lists = Memo::new(move |_| answer.ready().unwrap_or_default());
                view! { <Sections lists on_change=move |()| answer.retry()/> }.into_any()
            }
        }}
    }
}

#[component]
fn Sections(lists: Memo<Lists>, #[prop(into)] on_change: Callback<()>) -> impl IntoView {
    let to_answer = Memo::new(move |_| entries(lists.read().to_answer.clone()));
    let empty = Memo::new(move |_| to_answer.read().is_empty());
    view! {
        {move || overdue(lists.read().overdue.clone())}
        {move || to_review(lists.read().to_review.clone())}
        <section aria-labelledby="to-answer">
            <h2 id="to-answer">"To answer"</h2>
            {move || empty.get().then(|| view! { <EmptyState title="Nothing waits for your answer"/> })}
            // Keyed: a comment that is being typed must survive the arrival of another request.
            <For each=move || to_answer.get() key=|entry: &Entry| entry.key() let:entry>
                {match entry {
                    Entry::One(pending) => view! { <Request pending=*pending on_change/> }.into_any(),
                    Entry::Several(all) => view! { <SeveralRuns all/> }.into_any(),
                }}
            </For>
        </section>
        {move || referred(lists.read().referred.clone())}
        {move || asked(lists.read().asked.clone())}
        {move || decided(lists.read().decided.clone())}
    }
}

/// A request with everything that one agrees to.
#[component]
fn Request(pending: PendingApproval, on_change: Callback<()>) -> impl IntoView {
    let live = expect_context::<Live>();
    let summary = pending.run;
    let (id, label) = (summary.id.clone(), summary.label.clone());
    let told = live.watch_run(&id).summary;
    let answer = use_answer(move || {
        told.track();
        // Whoever has to agree is told when the file moves on.
        live.catalog().track();
        let id = id.clone();
        async move { api::run(&id).await }
    });
    let ready = Memo::new(move |_| matches!(answer.state(), Answer::Ready(_)));
    let failed = Memo::new(move |_| match answer.state() {
        Answer::Failed(error) => Some(error.to_string()),
        _ => None,
    });
    let on_answered = move |run: Run| {
        answer.put(run);
        on_change.run(());
    };
    view! {
        <article class="request" aria-label=label>
            <RequestHead summary/>
            {move || failed.get().map(|message| view! { <ErrorPanel message on_retry=move |()| answer.retry()/> })}
            {move || match ready.get().then(|| untrack(|| answer.ready())).flatten() {
                None => view! { <Loading lines=3/> }.into_any(),
                Some(first) => {
                    let known = first.clone();
                    let run = Signal::derive(move || answer.ready().unwrap_or_else(|| known.clone()));
                    view! {
                        {first.token.map(|token| view! {
                            <p class="request__program"><Glyph icon=Icon::Lock/><span>"A program asks in their name, through "<ThroughToken token/></span></p>
                        })}
                        {first.danger.map(|danger| view! { <p class="action-card__danger"><Glyph icon=Icon::Warning/><span>{visible(&danger)}</span></p> })}
                        <ScriptView script=first.script language=first.language/>
                        <Judging run bare=true/>
                        <Answering run on_answered/>
                    }
                    .into_any()
                }
            }}
        </article>
    }
}

#[component]
fn RequestHead(summary: RunSummary) -> impl IntoView {
    let inputs = inputs_line(&summary);
    view! {
        <header class="request__head">
            <h3 class="request__title"><a href=links::run(&summary.id)>{summary.label}</a></h3>
            <p class="request__facts">
                <span class="row__more">{summary.runbook_title}</span>
                <span><code>{summary.target}</code>" "<EnvironmentBadge environment=summary.environment/></span>
                <span><PersonName person=summary.requester/>" asks "<RelativeTime at=summary.times.requested/></span>
                {summary.ticket.map(|ticket| view! { <span class="row__ticket"><Glyph icon=Icon::Ticket/>{ticket}</span> })}
            </p>
            {(!inputs.is_empty()).then(|| view! { <code class="row__inputs">{inputs}</code> })}
            <p class="request__reason">{summary.reason.map_or_else(|| "No reason was given.".to_owned(), |reason| visible(&reason))}</p>
        </header>
    }
}

/// What one may answer and has asked others to.
fn referred(all: Vec<PendingApproval>) -> Option<impl IntoView> {
    (!all.is_empty()).then(|| {
        let rows = entries(all).into_iter().map(|entry| {
            let pending = match entry {
                Entry::One(pending) => *pending,
                Entry::Several(all) => return several_row(&all).into_any(),
            };
            let last = pending
                .referrals
                .last()
                .map(|referral| format!("{} asked {} to answer.", referral.by.name, referral.to.name()));
            view! {
                <LiveRow run=pending.run/>
                <li class="row row--note"><Glyph icon=Icon::People/><span>{last}" You still may."</span></li>
            }
            .into_any()
        });
        view! {
            <section aria-labelledby="referred">
                <h2 id="referred">"You asked somebody else"</h2>
                <ul class="rows">{rows.collect_view()}</ul>
            </section>
        }
    })
}

fn asked(all: Vec<PendingApproval>) -> Option<impl IntoView> {
    (!all.is_empty()).then(|| {
        let rows = entries(all).into_iter().map(|entry| {
            let pending = match entry {
                Entry::One(pending) => *pending,
                Entry::Several(all) => return several_row(&all).into_any(),
            };
            let needs = pending.needs.iter().map(need_phrase).collect::<Vec<_>>().join(" and ");
            view! {
                <LiveRow run=pending.run/>
                <li class="row row--note"><Glyph icon=Icon::People/><span>"Waits for a yes from "{needs}"."</span></li>
            }
            .into_any()
        });
        view! {
            <section aria-labelledby="asked">
                <h2 id="asked">"Asked by you"</h2>
                <ul class="rows">{rows.collect_view()}</ul>
            </section>
        }
    })
}

fn decided(all: Vec<RunSummary>) -> Option<impl IntoView> {
    (!all.is_empty()).then(|| {
        view! {
            <section aria-labelledby="decided">
                <h2 id="decided">"Decided within the last day"</h2>
                // What was agreed to may still wait, or run.
                <ul class="rows">{all.into_iter().map(|run| view! { <LiveRow run/> }).collect_view()}</ul>
            </section>
        }
    })
}

/// Everybody sees what nobody has looked at in time.
fn overdue(all: Vec<RunSummary>) -> Option<impl IntoView> {
    (!all.is_empty()).then(|| {
        let title = match all.len() {
            1 => "The review of a broken glass is overdue".to_owned(),
            number => format!("The reviews of {number} broken glasses are overdue"),
        };
        let rows = all.into_iter().map(|run| {
            let teams = run.break_glass.as_ref().map(|broken| teams(&broken.reviewers)).unwrap_or_default();
            view! { <li><a href=links::run(&run.id)>{run.label}</a>" by "{run.requester.name}": one of "{teams}" must look at it"</li> }
        });
        view! { <Notice tone=Tone::Danger title><ul>{rows.collect_view()}</ul></Notice> }
    })
}

fn to_review(all: Vec<RunSummary>) -> Option<impl IntoView> {
    (!all.is_empty()).then(|| {
        view! {
            <section aria-labelledby="to-review">
                <h2 id="to-review">"To review"</h2>
                <ul class="rows">{all.into_iter().map(|run| view! { <LiveRow run/> }).collect_view()}</ul>
            </section>
        }
    })
}
