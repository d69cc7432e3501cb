//! The newest run of the action, below its button.

use lastmile_protocol::{PersonId, RunState, RunSummary};
use leptos::prelude::*;

use super::Subject;
use crate::components::button::{Button, Variant};
use crate::components::glass::GlassMark;
use crate::components::icon::{Glyph, Icon};
use crate::components::notice::{Notice, Tone};
use crate::components::run_row::{late_word, run_href};
use crate::components::state_badge::StateBadge;
use crate::components::time::{Elapsed, RelativeTime};
use crate::components::visible::visible;

/// Whether it is this person who has to press start. A run that starts by itself is not `approved` for longer than the
/// transaction that says so.
fn waits_for_start(run: &RunSummary, me: Option<&PersonId>) -> bool {
    run.state == RunState::Approved && me == Some(&run.requester.id)
}

/// State, who, when, how long; cancel, start, and where to read on after a failure.
#[component]
pub(super) fn LatestRun(subject: Subject) -> impl IntoView {
    let latest = subject.standing.run;
    // Keyed by run: a state change updates the strip in place, another run draws a new one.
    // Several of one request are shown by the page, all of them.
    let id = Memo::new(move |_| {
        latest.read().as_ref().filter(|run| run.batch.is_none()).map(|run| run.id.clone())
    });
    move || {
        id.get().and_then(|_| latest.get_untracked()).map(|first| {
            let last = StoredValue::new(first);
            let run = Signal::derive(move || latest.get().unwrap_or_else(|| last.get_value()));
            view! { <Strip subject run/> }
        })
    }
}

#[component]
fn Strip(subject: Subject, run: Signal<RunSummary>) -> impl IntoView {
    let state = Memo::new(move |_| run.read().state);
    let outcome = move || run.read().outcome.as_ref().and_then(|outcome| outcome.message.clone());
    let cancelling = Memo::new(move |_| run.read().is_cancelling());
    // How a run ended that was told to end says nothing about the script.
    let exit = move || {
        let code = run.read().outcome.as_ref().and_then(|outcome| outcome.exit_code);
        code.filter(|code| *code != 0 && state.get() == RunState::Failed)
    };
    let spent = move || {
        run.read().times.running.map(|from| {
            view! { <span class="latest-run__spent"><Glyph icon=Icon::Clock/><Elapsed from until=Signal::derive(move || run.read().times.ended)/></span> }
        })
    };
    view! {
        <div class="latest-run" data-state=move || state.get().as_str()>
            <div class="latest-run__line">
                <span role="status"><StateBadge state cancelling/></span>
                <GlassMark run/>
                <span class="latest-run__who">
                    {move || run.read().requester.name.clone()}" "
                    <RelativeTime at=Signal::derive(move || run.read().times.requested)/>
                    {move || elsewhere(subject, &run.read()).map(|target| view! { " on "<code>{target}</code> })}
                </span>
                {spent}
                {move || exit().map(|code| view! { <span class="latest-run__exit">"exit code "{code}</span> })}
                <span class="latest-run__tools">
                    <RunButtons subject run/>
                    <a class="latest-run__link" href=move || run_href(&run.read())>"Open run"</a>
                </span>
            </div>
            {move || broken_reason(&run.read()).map(|reason| view! { <p class="latest-run__message"><q>{reason}</q></p> })}
            {move || outcome().map(|message| view! { <p class="latest-run__message">{message}</p> })}
            {move || late_word(&run.read()).map(|word| view! { <p class="latest-run__message">{word}</p> })}
            {move || after_word(subject, state.get())}
        </div>
    }
}

/// The run's target where it is not the one that is chosen now.
fn elsewhere(subject: Subject, run: &RunSummary) -> Option<String> {
    let preview = subject.standing.preview.read();
    let chosen = preview.as_ref()?.target.as_ref()?;
    (chosen.name != run.target).then(|| run.target.clone())
}

/// Why the glass was broken, if it was.
fn broken_reason(run: &RunSummary) -> Option<String> {
    run.break_glass.as_ref().map(|broken| visible(&broken.reason))
}

#[component]
fn RunButtons(subject: Subject, run: Signal<RunSummary>) -> impl IntoView {
    let me = subject.standing.me;
    let start = Memo::new(move |_| waits_for_start(&run.read(), me.read().as_ref()));
    let open = Memo::new(move |_| !run.read().state.is_final() && !run.read().is_cancelling());
    let id = move || run.read_untracked().id.clone();
    let handlers = subject.handlers;
    view! {
        {move || start.get().then(|| view! {
            <Button small=true variant=Variant::Primary icon=Icon::Play on_press=move |()| handlers.on_start.run(id())>"Start"</Button>
        })}
        {move || open.get().then(|| view! {
            <Button small=true icon=Icon::Stop on_press=move |()| handlers.on_cancel.run(id())>"Cancel"</Button>
        })}
    }
}

/// What to do about the end that it took.
fn after_word(subject: Subject, state: RunState) -> Option<AnyView> {
    let on_fail = subject.action.with_value(|action| action.on_fail.clone());
    match state {
        RunState::Lost => Some(
            view! {
                <Notice tone=Tone::Danger title="It may have run: the outcome is unknown">
                    <p>"Find out what it did before you run it again. It is never repeated by itself."</p>
                    {on_fail.map(|href| view! { <p><a href=href>"What to do when it fails"</a></p> })}
                </Notice>
            }
            .into_any(),
        ),
        RunState::Failed | RunState::TimedOut => on_fail.map(|href| {
            view! { <p class="latest-run__next"><Glyph icon=Icon::ChevronRight/><a href=href>"What to do when it fails"</a></p> }
                .into_any()
        }),
        _ => None,
    }
}
