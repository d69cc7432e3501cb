//! Above the text: title, what it is about, and what is wrong with it.

use std::sync::Arc;

use leptos::prelude::*;

use super::desk::Desk;
use super::loaded::Loaded;
use crate::components::{
    Breadcrumbs, Crumb, ErrorPanel, Glyph, Icon, Notice, ProblemList, RelativeTime, Tone,
};
use crate::links;
use crate::pages::head::PageHead;

/// The head of a runbook's page.
#[component]
pub(super) fn Head(loaded: Arc<Loaded>, desk: Desk) -> impl IntoView {
    let slug = loaded.page.summary.slug.clone();
    let (title, anchor) = loaded.title();
    let current = links::runbook(&slug);
    let unreadable = loaded.page.summary.unreadable.clone();
    view! {
        <Breadcrumbs items=crumbs(slug.as_str())/>
        <PageHead title=title id=anchor.unwrap_or_default()/>
        <Meta loaded=Arc::clone(&loaded)/>
        {loaded.is_old().then(|| view! {
            <Notice tone=Tone::Warning title="You are reading an old revision">
                <p>"Actions that are still the same can be run. "<a href=current>"Show the current revision"</a></p>
            </Notice>
        })}
        {unreadable.map(|why| view! { <ErrorPanel title="This file can't be read" message=why/> })}
        <Refused desk/>
        <Problems loaded/>
    }
}

fn crumbs(slug: &str) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb::to("Runbooks", "/")];
    let mut parts: Vec<&str> = slug.split('/').collect();
    let own = parts.pop().unwrap_or_default();
    crumbs.extend(parts.into_iter().map(Crumb::here));
    crumbs.push(Crumb::here(own));
    crumbs
}

#[component]
fn Meta(loaded: Arc<Loaded>) -> impl IntoView {
    let summary = loaded.page.summary.clone();
    let meta = &loaded.book.meta;
    let reviewed = meta.last_reviewed_on.clone().map(|date| match &meta.review_in {
        Some(period) => format!("reviewed {date}, again in {period}"),
        None => format!("reviewed {date}"),
    });
    let runs = format!("/runs?runbook={}", crate::query::encode(summary.slug.as_str()));
    view! {
        {summary.description.map(|text| view! { <p class="page__lead">{text}</p> })}
        <p class="runbook-meta">
            {summary.service.map(|service| view! { <span class="chip chip--strong">{service}</span> })}
            {summary.team.map(|team| view! { <span class="chip"><Glyph icon=Icon::People/>{team.0}</span> })}
            {summary.alerts.into_iter().map(|alert| view! { <span class="chip"><Glyph icon=Icon::Warning/>{alert}</span> }).collect_view()}
            {summary.tags.into_iter().map(|tag| {
                let href = format!("/{}", crate::query::build([("tag", &tag)]));
                view! { <a class="chip" href=href>{tag}</a> }
            }).collect_view()}
            <span class="row__more">"changed "<RelativeTime at=summary.modified/></span>
            {reviewed.map(|text| view! { <span class="row__more">{text}</span> })}
            <a class="row__more" href=runs>"Runs of this runbook"</a>
        </p>
    }
}

/// What was left out of the address, and ticks that the server refused.
#[component]
fn Refused(desk: Desk) -> impl IntoView {
    let secrets = desk.refused_secrets;
    view! {
        {move || Some(secrets.get().join(", ")).filter(|names| !names.is_empty()).map(|names| view! {
            <Notice tone=Tone::Warning title="The link carried a secret">
                <p>"The value of "<code>{names}</code>" was left out. Whoever made the link should change that secret: addresses end up in logs and tickets."</p>
            </Notice>
        })}
        {move || desk.steps.refusal.get().map(|why| view! { <Notice tone=Tone::Danger live=true><p>{why}</p></Notice> })}
    }
}

#[component]
fn Problems(loaded: Arc<Loaded>) -> impl IntoView {
    let (problems, errors) = loaded.problems();
    let count = problems.len();
    (count > 0).then(|| {
        let noun = if count == 1 { "problem" } else { "problems" };
        view! {
            <details class="file-problems" open=errors == count && count <= 3>
                <summary><Glyph icon=Icon::Warning/>{count}" "{noun}" in this file, "{errors}" of them "{if errors == 1 { "an error" } else { "errors" }}</summary>
                <ProblemList problems/>
            </details>
        }
    })
}
