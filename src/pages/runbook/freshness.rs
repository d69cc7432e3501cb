//! Whether a runbook can be trusted: who keeps it, when it changed, when it was reviewed, and the ways to look closer.

use std::sync::Arc;

use lastmile_protocol::{Commit, History, HistorySource};
use lastmile_runbook::FrontMatter;
use lastmile_runbook::freshness::{Day, review_due};
use leptos::prelude::*;

use super::loaded::Loaded;
use crate::components::clock::use_now;
use crate::components::{Glyph, Icon, RelativeTime};
use crate::links::{self, View};
use crate::pages::resource::Question;

/// A line below the title.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]
pub(super) fn Freshness(
    loaded: Arc<Loaded>,
    rev: Option<String>,
    history: Question<History>,
) -> impl IntoView {
    let owner = loaded.book.meta.owner.clone();
    let slug = loaded.page.summary.slug.clone();
    let modified = loaded.page.summary.modified;
    let newest = move || {
        history.ready().and_then(|history| Some((history.commits.first()?.clone(), history.uncommitted)))
    };
    let view = |view: View, rev: Option<&str>| links::runbook_view(&slug, &view, rev);
    let (source, past) = (view(View::Source, rev.as_deref()), view(View::History, None));
    let runs = format!("/runs?runbook={}", crate::query::encode(slug.as_str()));
    let has_history = move || history.ready().is_some_and(|history| history.source == HistorySource::Git);
    view! {
        <ul class="freshness" aria-label="About this runbook">
            {owner.map(|owner| view! { <li>"Owner "<strong>{owner}</strong></li> })}
            {move || match newest() {
                Some((commit, uncommitted)) => view! { <LastChange commit uncommitted/> }.into_any(),
                None => view! { <li>"Changed "<RelativeTime at=modified/></li> }.into_any(),
            }}
            <Review meta=loaded.book.meta.clone()/>
            <li class="freshness__links">
                <a href=source>"View source"</a>
                {move || has_history().then(|| view! { <a href=past.clone()>"History"</a> })}
                <a href=runs>"Runs of this runbook"</a>
            </li>
        </ul>
    }
}

#[component]
fn LastChange(commit: Commit, uncommitted: bool) -> impl IntoView {
    view! {
        <li title=commit.subject>
            "Changed "<RelativeTime at=commit.at/>" by "{commit.author}
            {uncommitted.then_some(", and since then without a commit")}
        </li>
    }
}

#[component]
fn Review(meta: FrontMatter) -> impl IntoView {
    let now = use_now();
    let today = Memo::new(move |_| Day::of_millis(now.get().0));
    meta.last_reviewed_on.clone().map(|reviewed| {
        let due = review_due(&meta);
        let mark = move || {
            let due = due?;
            Some(match due < today.get() {
                true => view! { " "<span class="chip chip--overdue"><Glyph icon=Icon::Warning/>"Review overdue since "{due.to_string()}</span> }.into_any(),
                false => view! { ", again by "{due.to_string()} }.into_any(),
            })
        };
        view! { <li>"Reviewed "{reviewed}{mark}</li> }
    })
}
