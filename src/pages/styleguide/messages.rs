//! What speaks beside the flow, and approvals.

use leptos::prelude::*;

use super::Specimen;
use super::samples::{answers, needs, now, problems};
use crate::components::{
    ApprovalPanel, EmptyState, ErrorPanel, Loading, Notice, ProblemList, StepItem, Tone,
};

/// Notices, errors, emptiness, waiting, problems, steps.
#[component]
pub(super) fn Messages() -> impl IntoView {
    view! {
        <Specimen title="Messages">
            <div class="specimen__grid specimen__grid--wide">
                <Notice title="You look at an old revision">"Actions that have changed since are disabled. "<a href="#messages">"Show the current one"</a></Notice>
                <Notice tone=Tone::Success>"The link is on the clipboard."</Notice>
                <Notice tone=Tone::Warning title="This runbook is due for review">"It was last reviewed on 2026-02-01."</Notice>
                <Notice tone=Tone::Danger title="The record can't be written">"Nothing starts until it can. Reading and cancelling work."</Notice>
                <ErrorPanel message="The server did not answer within 10 s." on_retry=|()| {}/>
                <Loading/>
                <EmptyState title="No runs yet"><p>"Press an action in a runbook, and it shows up here."</p></EmptyState>
                <div class="panel"><ProblemList problems=problems()/></div>
            </div>
            <Steps/>
        </Specimen>
    }
}

#[component]
fn Steps() -> impl IntoView {
    let [open, done] = super::samples::steps();
    let mark = RwSignal::new(None);
    let toggle = move |on: bool| mark.set(on.then(super::samples::mark));
    view! {
        <div class="panel stack stack--close">
            <StepItem step=open mark on_mark=toggle/>
            <StepItem step=done.clone() mark=Some(super::samples::mark()) on_mark=|_| {}/>
            <StepItem step=done mark=None locked=true on_mark=|_| {}/>
        </div>
    }
}

/// Approval by somebody who may, by somebody who may not, and a decided one.
#[component]
pub(super) fn Approvals() -> impl IntoView {
    let expires = Some(lastmile_protocol::Millis(now().0 + 540_000));
    let own = Some("You asked for this run yourself: somebody else has to agree.".to_owned());
    let refusal = Some("The run has been changed since: look at it again.".to_owned());
    view! {
        <Specimen title="Approval">
            <div class="specimen__grid specimen__grid--wide">
                <ApprovalPanel needs=needs() approvals=answers() expires open=true may_retry=true on_answer=|_| {}/>
                <ApprovalPanel needs=needs() approvals=Vec::new() expires open=true blocked=own on_answer=|_| {}/>
                <ApprovalPanel needs=needs() approvals=answers() open=true busy=true refusal on_answer=|_| {}/>
                <ApprovalPanel needs=needs() approvals=answers() open=false on_answer=|_| {}/>
            </div>
        </Specimen>
    }
}
