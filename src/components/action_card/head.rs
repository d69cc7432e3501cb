//! The card's head: label, target, danger.

use lastmile_protocol::TargetView;
use lastmile_runbook::Kind;
use leptos::prelude::*;

use super::Subject;
use crate::components::copy_button::CopyButton;
use crate::components::environment::EnvironmentBadge;
use crate::components::icon::{Glyph, Icon};
use crate::components::time_text::duration_of_seconds;
use crate::components::visible::visible;
use crate::components::watch::{WatchToggle, Watchable};

/// What the action is called, what it does to the world, and where.
#[component]
pub(super) fn Head(subject: Subject, title_id: String) -> impl IntoView {
    let (label, check, danger, facts) = subject.action.with_value(|action| {
        let timeout = action.timeout.map(|s| format!("ends after {}", duration_of_seconds(s)));
        let toil = action.toil.map(|s| format!("saves {}", duration_of_seconds(s)));
        let facts: Vec<_> = timeout.into_iter().chain(toil).collect();
        (action.label.clone(), action.kind == Kind::Check, action.danger.clone(), facts)
    });
    let unknown = subject.action.with_value(|action| unknown_target(action.target.as_deref()));
    let target = move || match subject.standing.target.get() {
        Some(target) => {
            let watch = Watchable::Target(target.name.clone());
            let first = Some(subject.runs()).filter(|runs| *runs > 1);
            let first = first.map(|runs| format!("the first of {runs} runs"));
            view! { <TargetLine target/><Watch subject watch/><span class="action-card__fact">{first}</span> }
                .into_any()
        }
        None => view! { <span class="action-card__target">{unknown.clone()}</span> }.into_any(),
    };
    view! {
        <div class="action-card__head">
            <div class="action-card__title">
                <p class="action-card__label" id=title_id>{label}</p>
                {check.then(|| view! { <span class="chip chip--check" title="It changes nothing"><Glyph icon=Icon::Search/>"Check"</span> })}
            </div>
            <div class="action-card__tools">
                <Watch subject watch=Watchable::Action/>
                <CopyButton label="Copy link" icon=Icon::Link on_copy=subject.handlers.on_copy_link/>
            </div>
            <p class="action-card__facts">
                {target}
                {facts.into_iter().map(|fact| view! { <span class="action-card__fact">{fact}</span> }).collect_view()}
            </p>
        </div>
        {danger.map(|danger| view! {
            <p class="action-card__danger"><Glyph icon=Icon::Warning/><span>{visible(&danger)}</span></p>
        })}
    }
}

/// The toggle of the action, or of its target.
#[component]
fn Watch(subject: Subject, watch: Watchable) -> impl IntoView {
    // The label itself is the name of the button that runs it.
    let what = match &watch {
        Watchable::Action => "this action".to_owned(),
        Watchable::Target(name) => format!("target {name}"),
    };
    let (watched, on_watch) = (subject.standing.watched, subject.handlers.on_watch);
    let kept = watch.clone();
    let on = Signal::derive(move || watched.read().contains(&kept));
    let on_change = move |on| on_watch.run((watch.clone(), on));
    view! { <WatchToggle what icon_only=true on on_change/> }
}

/// What is said of a target that the server does not tell of.
fn unknown_target(name: Option<&str>) -> String {
    match name.filter(|name| !name.contains("${")) {
        Some(name) => format!("Target {} is not configured", visible(name)),
        None => "Target depends on the inputs".to_owned(),
    }
}

#[component]
fn TargetLine(target: TargetView) -> impl IntoView {
    let carried = (!target.command.is_empty()).then(|| target.command.join(" "));
    let user = target.user.map(|user| format!("as {user}"));
    let title = [target.description, carried, user].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <span class="action-card__target" title=title>
            <Glyph icon=Icon::Target/>
            <span class="visually-hidden">"Runs on "</span>
            <span class="action-card__target-name">{target.name}</span>
            <EnvironmentBadge environment=target.environment/>
        </span>
    }
}
