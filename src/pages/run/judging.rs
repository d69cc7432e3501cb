//! The judging screen of a waiting run, with the server behind it.

use lastmile_protocol::{Evidence, LookRequest, LookedAt, Run, RunId, RunState};
use leptos::{prelude::*, task::spawn_local};

use crate::components::visible::visible;
use crate::components::{
    EnvironmentBadge, ErrorPanel, Glyph, Icon, Judging as Shown, Loading, Opened, PersonName, RelativeTime,
    ScriptView,
};
use crate::live::Live;
use crate::pages::resource::{Answer, use_answer};
use crate::{api, links};

/// What a run can be judged by while it waits; nothing once it waits no more.
#[component]
pub fn Judging(
    /// The run.
    #[prop(into)]
    run: Signal<Run>,
    /// Who asks for what and why stands beside it anyway.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let waits = Memo::new(move |_| {
        let run = run.read();
        run.summary.state == RunState::AwaitingApproval && !run.needs.is_empty()
    });
    move || waits.get().then(|| view! { <Waiting run bare/> })
}

#[component]
fn Waiting(run: Signal<Run>, bare: bool) -> impl IntoView {
    let live = expect_context::<Live>();
    let fixed = run.get_untracked();
    let id = fixed.summary.id.clone();
    note(run, LookedAt::Request);
    let answer = use_answer(move || {
        live.resync().track();
        live.catalog().track();
        let id = id.clone();
        async move { api::evidence(&id).await }
    });
    let known = Memo::new(move |_| answer.ready());
    let failed = Memo::new(move |_| match answer.state() {
        Answer::Failed(error) => Some(error.to_string()),
        _ => None,
    });
    move || {
        if let Some(message) = failed.get() {
            return view! { <ErrorPanel message on_retry=move |()| answer.retry()/> }.into_any();
        }
        match known.get() {
            None => view! { <Loading lines=4/> }.into_any(),
            Some(evidence) => shown(evidence, &fixed, run, bare).into_any(),
        }
    }
}

/// Notes what somebody who may answer looks at. It is a fact about the gate: that it can't be noted keeps nobody from judging.
fn note(run: Signal<Run>, at: LookedAt) {
    let may = |run: &Run| -> Option<RunId> { run.may.answer.then(|| run.summary.id.clone()) };
    // A fold tells that it was opened a moment later, when the page may be gone.
    if let Some(id) = run.try_with_untracked(may).flatten() {
        spawn_local(async move { drop(api::look(&id, LookRequest { at }).await) });
    }
}

fn shown(evidence: Evidence, fixed: &Run, run: Signal<Run>, bare: bool) -> AnyView {
    let (summary, script) = (fixed.summary.clone(), fixed.script.clone());
    let runbook_href = links::runbook(&summary.runbook);
    let on_open = move |opened| {
        let part = match opened {
            Opened::Script => LookedAt::Script,
            Opened::Checks => LookedAt::Checks,
        };
        note(run, part);
    };
    if bare {
        return view! { <Shown evidence run=summary script runbook_href on_open/> }.into_any();
    }
    let fixed = StoredValue::new(fixed.clone());
    view! {
        <Shown evidence run=summary script runbook_href on_open>{move || asked(fixed.get_value())}</Shown>
    }
    .into_any()
}

/// Who asks for what, where, and why; and the script as it would run.
fn asked(run: Run) -> impl IntoView {
    let summary = run.summary;
    let reason = summary.reason.unwrap_or_else(|| "No reason was given.".to_owned());
    let ticket = summary.ticket.map(|ticket| {
        view! { <span class="row__ticket"><Glyph icon=Icon::Ticket/>{visible(&ticket)}</span> }
    });
    let incident = summary
        .incident
        .map(|incident| view! { <span>"Incident "<strong>{visible(&incident)}</strong></span> });
    let danger = run.danger.map(|danger| {
        view! { <p class="action-card__danger"><Glyph icon=Icon::Warning/><span>{visible(&danger)}</span></p> }
    });
    view! {
        <p class="judging__line">
            <PersonName person=summary.requester/>" asks "<RelativeTime at=summary.times.requested/>
            <span><code>{summary.target}</code>" "<EnvironmentBadge environment=summary.environment/></span>
            {ticket}{incident}
        </p>
        <p class="request__reason">{visible(&reason)}</p>
        {danger}
        <ScriptView script=run.script language=run.language label="Script that would run"/>
    }
}
