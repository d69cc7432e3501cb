//! `/runs/{id}`: one run, live while it lasts, complete for ever after.

pub mod answering;
mod facts;
mod hindsight;
pub mod judging;
pub mod phases;
mod referring;
mod retrying;
mod reviewing;
mod tools;

use lastmile_protocol::{LogWindow, Run, RunId, RunState};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};

use self::answering::Answering;
use self::facts::{Facts, Outputs, Times};
use self::hindsight::Hindsight;
use self::judging::Judging;
use self::retrying::Retrying;
use self::reviewing::Reviewing;
use self::tools::Tools;
use super::head::{PageHead, Titles};
use super::missing::Missing;
use super::resource::{Answer, Question, use_answer};
use crate::components::glass::teams;
use crate::components::run_row::late_word;
use crate::components::{Breadcrumbs, Crumb, GlassMark, Loading, Notice, ScriptView, StateBadge, Tone};
use crate::document::resolve;
use crate::live::{Live, RunFeed, fold};
use crate::log::{LogView, Selection};
use crate::{api, links};

/// A run's page.
#[component]
pub fn RunPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| RunId(params.read().get("id").unwrap_or_default()));
    // Another run is another page.
    move || view! { <OneRun id=id.get()/> }
}

#[derive(Clone, PartialEq)]
enum Phase {
    Loading,
    Failed(api::Error),
    Ready,
}

#[component]
fn OneRun(id: RunId) -> impl IntoView {
    let live = expect_context::<Live>();
    let feed = live.watch_run(&id);
    let told = feed.summary.clone();
    let answer = use_answer(move || {
        // Each change of state brings news that only the whole run has: answers, outputs, what one may do.
        told.track();
        live.resync().track();
        // Whoever has to agree is told when the file moves on.
        live.catalog().track();
        let id = id.clone();
        async move { api::run(&id).await }
    });
    let phase = Memo::new(move |_| match answer.state() {
        Answer::Loading => Phase::Loading,
        Answer::Failed(error) => Phase::Failed(error),
        Answer::Ready(_) => Phase::Ready,
    });
    move || match phase.get() {
        Phase::Loading => view! { <PageHead title="Run"/><Loading lines=8/> }.into_any(),
        Phase::Failed(error) => {
            view! { <Missing error what="run" list=("/runs", "All runs") on_retry=move |()| answer.retry()/> }
                .into_any()
        }
        Phase::Ready => match untrack(|| answer.ready()) {
            Some(first) => view! { <Ready first answer feed=feed.clone()/> }.into_any(),
            None => ().into_any(),
        },
    }
}

/// The run's page once it is there: drawn once, changed in place.
#[component]
fn Ready(first: Run, answer: Question<Run>, feed: RunFeed) -> impl IntoView {
    let live = expect_context::<Live>();
    let known = StoredValue::new(first.clone());
    let told = feed.summary.clone();
    let run: Signal<Run> = Memo::new(move |_| {
        let mut run = answer.ready().unwrap_or_else(|| known.get_value());
        if let Some(told) = told.get().filter(|told| fold::supersedes(Some(&run.summary), told)) {
            run.summary = told;
        }
        run
    })
    .into();
    let on_change = Callback::new(move |run: Run| {
        live.note(&run.summary);
        answer.put(run);
    });
    let state = Memo::new(move |_| run.read().summary.state);
    let cancelling = Memo::new(move |_| run.read().summary.is_cancelling());
    let crumbs = vec![
        Crumb::to("Runs", "/runs"),
        Crumb::to(first.summary.runbook_title.clone(), links::runbook(&first.summary.runbook)),
        Crumb::here(first.summary.label.clone()),
    ];
    view! {
        <Breadcrumbs items=crumbs/>
        <PageHead title=first.summary.label.clone()><Tools run on_change/></PageHead>
        <p class="run-state"><span role="status"><StateBadge state cancelling/></span><GlassMark run=Signal::derive(move || run.read().summary.clone())/>{move || outcome(&run.read())}</p>
        {move || answer.stale().map(|error| view! { <Notice tone=Tone::Warning live=true><p>{error.to_string()}</p></Notice> })}
        {move || word_on_the_end(&run.read(), state.get())}
        // What is agreed to in time is told as approved too, for a moment; the run as it was asked for never shows that.
        {move || answer.ready().filter(|_| state.get() == RunState::Approved).and_then(|known| late_word(&known.summary)).map(|word| view! { <Notice tone=Tone::Warning live=true><p>{word}</p></Notice> })}
        {move || handed_on(&run.read())}
        <Reviewing run on_reviewed=on_change/>
        <Judging run/>
        <Answering run on_answered=on_change/>
        <Retrying run on_change on_news=move |()| answer.retry()/>
        <Hindsight run on_said=on_change/>
        <Output run tail=Signal::derive(move || feed.tail.get())/>
        <div class="run-columns">
            <Facts run/>
            <Times run/>
        </div>
        <Outputs run/>
        <section class="panel" aria-labelledby="run-script">
            <h2 class="panel__title" id="run-script">"Script"</h2>
            <ScriptView script=first.script language=first.language fold_after=40/>
        </section>
    }
}

/// The log, as soon as there is one.
#[component]
fn Output(run: Signal<Run>, tail: Signal<Option<LogWindow>>) -> impl IntoView {
    let begun = Memo::new(move |_| run.read().summary.times.starting.is_some() || run.read().log.lines > 0);
    let active = Memo::new(move |_| !run.read().summary.state.is_final());
    let hash = use_location().hash;
    let selection = Memo::new(move |_| Selection::of(&hash.read()));
    let started = Memo::new(move |_| run.read().summary.times.running);
    let titles = use_context::<Titles>();
    let on_progress = Callback::new(move |percent| {
        if let Some(titles) = titles {
            titles.set_progress(percent);
        }
    });
    let removed = Memo::new(move |_| run.read().log_removed);
    move || {
        if removed.get() {
            return Some(view! { <OutputRemoved/> }.into_any());
        }
        begun.get().then(|| {
            let (id, label, known) =
                run.with_untracked(|run| (run.summary.id.clone(), run.summary.label.clone(), run.log));
            view! { <LogView run=id label tail active selection known started on_progress/> }.into_any()
        })
    }
}

/// In the place of a log that retention has removed.
#[component]
fn OutputRemoved() -> impl IntoView {
    view! {
        <Notice title="The output of this run has been removed">
            <p>"This server keeps output for a limited time. The record of the run stays: who asked for what, who agreed, and how it ended."</p>
        </Notice>
    }
}

/// Nobody has answered for a while, and others were told.
fn handed_on(run: &Run) -> Option<impl IntoView + use<>> {
    let open = run.summary.state == RunState::AwaitingApproval && !run.summary.handed_on.is_empty();
    let teams = teams(&run.summary.handed_on);
    open.then(|| {
        view! {
            <Notice tone=Tone::Warning title="Nobody has answered yet" live=true>
                <p>"So "{teams}" was told too. Who may answer stays as it was."</p>
            </Notice>
        }
    })
}

/// How it ended, in words.
fn outcome(run: &Run) -> Option<String> {
    let outcome = run.summary.outcome.as_ref()?;
    // How a run ended that was told to end says nothing about the script.
    let by_itself = matches!(run.summary.state, RunState::Failed | RunState::Lost);
    let parts = [
        outcome.message.clone(),
        outcome.exit_code.filter(|code| *code != 0 && by_itself).map(|code| format!("exit code {code}")),
        outcome.signal.filter(|_| by_itself).map(|signal| format!("signal {signal}")),
    ];
    let words = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    (!words.is_empty()).then_some(words)
}

/// What to do about the end that it took.
fn word_on_the_end(run: &Run, state: RunState) -> Option<AnyView> {
    let next = run.on_fail.as_deref().and_then(|href| resolve::from_elsewhere(&run.summary.runbook, href));
    let link = next.map(|href| view! { <p><a href=href>"What to do when it fails"</a></p> });
    match state {
        RunState::Lost => Some(
            view! {
                <Notice tone=Tone::Danger title="It may have run: the outcome is unknown">
                    <p>"Find out what it did before you run it again. It is never repeated by itself."</p>
                    {link}
                </Notice>
            }
            .into_any(),
        ),
        RunState::Failed | RunState::TimedOut => {
            link.map(|link| view! { <Notice tone=Tone::Warning>{link}</Notice> }.into_any())
        }
        _ => None,
    }
}
