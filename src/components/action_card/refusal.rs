//! What the server said to a press, and what to do about it.

use lastmile_protocol::{ActionChange, ApiError, ErrorDetails, RunSummary, code};
use leptos::prelude::*;

use super::Subject;
use super::after::AfterList;
use super::form::wanted_retype;
use super::press::press_of;
use crate::components::button::{Button, ButtonLink, Variant};
use crate::components::change::Change;
use crate::components::diff::diff;
use crate::components::icon::Icon;
use crate::components::notice::{Notice, Tone};
use crate::components::person::PersonName;
use crate::components::run_row::run_href;
use crate::components::state_badge::StateBadge;
use crate::components::time::RelativeTime;

/// The last refusal; refused inputs are shown at their fields, with one line here.
#[component]
pub(super) fn Refusal(subject: Subject) -> impl IntoView {
    let refusal = subject.standing.refusal;
    move || {
        refusal.get().map(|ApiError { code, message, details }| match details {
            Some(ErrorDetails::Changed { change }) => view! { <Changed subject message change/> }.into_any(),
            Some(ErrorDetails::Existing { run }) => {
                view! { <Existing subject message run=*run alone={code == code::BUSY}/> }.into_any()
            }
            Some(ErrorDetails::After { after }) => view! {
                <Notice tone=Tone::Warning title=message live=true><AfterList states=after linked=true/></Notice>
            }
            .into_any(),
            _ => view! { <Plain code message/> }.into_any(),
        })
    }
}

#[component]
fn Plain(code: String, message: String) -> impl IntoView {
    let mendable = [code::INPUTS_REFUSED, code::RETYPE, code::WRONG_STATE].contains(&code.as_str());
    let tone = if mendable { Tone::Warning } else { Tone::Danger };
    view! { <Notice tone live=true><p>{message}</p></Notice> }
}

#[component]
fn Changed(subject: Subject, message: String, change: ActionChange) -> impl IntoView {
    // The page has what it showed; the server's memory of it may be gone.
    let before =
        change.script_before.unwrap_or_else(|| subject.action.with_value(|action| action.script.clone()));
    let on_reload = subject.handlers.on_reload;
    view! {
        <Notice tone=Tone::Warning title="This action has changed since you opened the page" live=true>
            <p>{message}</p>
            {match change.script {
                Some(now) => view! { <Change lines=diff(&before, &now)/> }.into_any(),
                None => view! { <p>"The file no longer has this action."</p> }.into_any(),
            }}
            <div class="notice__buttons">
                <Button icon=Icon::Retry on_press=on_reload>"Show the new version"</Button>
            </div>
        </Notice>
    }
}

#[component]
fn Existing(
    subject: Subject,
    message: String,
    run: RunSummary,
    /// The action allows no other beside it.
    alone: bool,
) -> impl IntoView {
    let title =
        if alone { "Another run of this action is under way" } else { "The same is already under way" };
    let wanted = wanted_retype(subject);
    let separate = move |()| subject.handlers.on_run.run(press_of(subject, wanted, true));
    let href = run_href(&run);
    view! {
        <Notice tone=Tone::Info title=title live=true>
            <p>{message}</p>
            <p class="latest-run__line">
                <StateBadge state=run.state/>
                <span>"asked for by "<PersonName person=run.requester short=true/>" "<RelativeTime at=run.times.requested/></span>
            </p>
            <div class="notice__buttons">
                <ButtonLink variant=Variant::Primary href>"Join that run"</ButtonLink>
                {(!alone).then(|| view! { <Button busy=subject.standing.pending on_press=separate>"Ask separately"</Button> })}
            </div>
        </Notice>
    }
}
