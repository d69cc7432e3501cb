//! Above the text: title, what it is about, and what is wrong with it.

use std::sync::Arc;

use lastmile_protocol::{History, Slug, WatchKind};
use leptos::prelude::*;

use super::desk::Desk;
use super::freshness::Freshness;
use super::loaded::Loaded;
use crate::components::{
    Breadcrumbs, Crumb, ErrorPanel, Glyph, Icon, Notice, ProblemList, Tone, WatchToggle,
};
use crate::links;
use crate::pages::head::PageHead;
use crate::pages::resource::Question;
use crate::watching::Watches;

/// The head of a runbook's page.
#[component]
pub(super) fn Head(
    loaded: Arc<Loaded>,
    rev: Option<String>,
    desk: Desk,
    history: Question<History>,
) -> impl IntoView {
    let slug = loaded.page.summary.slug.clone();
    let (title, anchor) = loaded.title();
    let current = links::runbook(&slug);
    let source = links::runbook_view(&slug, &links::View::Source, rev.as_deref());
    let unreadable = loaded.page.summary.unreadable.clone();
    view! {
        <Breadcrumbs items=crumbs(slug.as_str())/>
        <PageHead title=title id=anchor.unwrap_or_default()><WatchRunbook slug=slug.clone()/></PageHead>
        <Meta loaded=Arc::clone(&loaded)/>
        <Freshness loaded=Arc::clone(&loaded) rev history/>
        {loaded.is_old().then(|| view! {
            <Notice tone=Tone::Warning title="You are reading an old revision">
                <p>"Actions that are still the same can be run. "<a href=current>"Show the current revision"</a></p>
            </Notice>
        })}
        {unreadable.map(|why| view! { <ErrorPanel title="This file can't be read" message=why/> })}
        <Refused desk/>
        <Problems loaded source/>
    }
}

#[component]
fn WatchRunbook(slug: Slug) -> impl IntoView {
    let watches = expect_context::<Watches>();
    let name = slug.0.clone();
    let on = Signal::derive(move || watches.has(WatchKind::Runbook, &name));
    let on_change = move |on| watches.set(WatchKind::Runbook, slug.0.clone(), on);
    view! { <WatchToggle what="this runbook" on on_change/> }
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
    view! {
        {summary.description.map(|text| view! { <p class="page__lead">{text}</p> })}
        <p class="runbook-meta">
            {summary.service.map(|service| view! { <span class="chip chip--strong">{service}</span> })}
            {summary.team.map(|team| view! { <span class="chip"><Glyph icon=Icon::People/>{team.0}</span> })}
            {summary.alerts.into_iter().map(|alert| view! {
                <span class="chip" title="Answers this alert"><Glyph icon=Icon::Warning/><span class="visually-hidden">"Answers the alert "</span>{alert}</span>
            }).collect_view()}
            {summary.tags.into_iter().map(|tag| {
                let href = format!("/{}", crate::query::build([("tag", &tag)]));
                view! { <a class="chip" href=href>{tag}</a> }
            }).collect_view()}
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
fn Problems(loaded: Arc<Loaded>, source: String) -> impl IntoView {
    let (problems, errors) = loaded.problems();
    let warnings = problems.len() - errors;
    (!problems.is_empty()).then(|| {
        view! {
            // An error takes something away: whoever looks for it must see why. Warnings are for the author.
            <details class="file-problems" class:file-problems--errors={errors > 0} open={errors > 0}>
                <summary><Glyph icon=Icon::ChevronRight/>{problem_count(errors, warnings)}" in this file"</summary>
                <ProblemList problems source/>
            </details>
        }
    })
}

fn problem_count(errors: usize, warnings: usize) -> String {
    let some = |count: usize, noun: &str| match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{count} {noun}s")),
    };
    let parts: Vec<_> = [some(errors, "error"), some(warnings, "warning")].into_iter().flatten().collect();
    parts.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::problem_count;

    #[test]
    fn errors_and_warnings_are_counted_apart() {
        assert_eq!(problem_count(2, 1), "2 errors and 1 warning");
        assert_eq!(problem_count(0, 3), "3 warnings");
        assert_eq!(problem_count(1, 0), "1 error");
    }
}
