//! `/runbooks/{slug}`: the document, with its actions where they stand.
//!
//! What is typed belongs to the page ([`desk::Desk`]) and outlives the text: when the file changes while the page is
//! open, the new revision is shown on request, with everything still typed.

mod changes;
mod control;
mod desk;
mod freshness;
mod head;
mod history;
mod loaded;
mod output;
mod preview;
mod request;
mod several;
mod source;
mod steps;
mod text;

use std::sync::Arc;

use lastmile_protocol::{RunbookPage as Page, Slug};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;

use self::desk::Desk;
use self::loaded::Loaded;
pub(in crate::pages) use self::request::fresh_key;
use self::text::Text;
use super::address::use_named;
use super::head::PageHead;
use super::missing::Missing;
use super::resource::{Answer, Question, use_answer};
use crate::components::{Button, Icon, Loading, Notice, Tone};
use crate::live::Live;
use crate::timing::{Moment, mark};
use crate::{api, links};

/// A runbook's page.
#[component]
pub fn RunbookPage() -> impl IntoView {
    let name = use_named("/runbooks/");
    let search = use_location().search;
    let what = Memo::new(move |_| (Slug(name.get()), links::revision_of(&search.read())));
    // Another runbook, or another revision of it, is another page.
    move || {
        let (slug, rev) = what.get();
        if slug.as_str().is_empty() {
            let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
            return view! { <Redirect path="/" options/> }.into_any();
        }
        view! { <OneRunbook slug rev/> }.into_any()
    }
}

#[component]
fn OneRunbook(slug: Slug, rev: Option<String>) -> impl IntoView {
    let live = expect_context::<Live>();
    let changes = {
        let slug = slug.clone();
        Memo::new(move |_| live.catalog().read().version_of(&slug))
    };
    let answer = {
        let (slug, rev) = (slug.clone(), rev.clone());
        use_answer(move || {
            // Read, not only tracked: a memo that nobody has read has no sources yet.
            changes.get();
            live.resync().track();
            let (slug, rev) = (slug.clone(), rev.clone());
            async move { api::runbook(&slug, rev.as_deref()).await }
        })
    };
    let shown = RwSignal::new(None::<Arc<Loaded>>);
    let newer = RwSignal::new(None::<Arc<Loaded>>);
    let runs = live.watch_runbook(&slug);
    let desk = Desk::new(&slug);
    Effect::new(move |_| {
        if let Answer::Ready(page) = answer.state() {
            desk.steps.take(&page.steps);
            page.recent.iter().for_each(|run| live.note(run));
            receive(page, shown, newer);
        }
    });
    let reload = Callback::new(move |()| {
        match newer.get_untracked() {
            Some(loaded) => {
                newer.set(None);
                shown.set(Some(loaded));
            }
            // Not told yet: ask, and show what comes.
            None => {
                shown.set(None);
                answer.retry();
            }
        }
    });
    let absent = Memo::new(move |_| match answer.state() {
        _ if shown.read().is_some() => Absent::Not,
        Answer::Failed(error) => Absent::Failed(error),
        _ => Absent::Yet,
    });
    view! {
        <Newer newer shown answer on_show=reload/>
        {move || match absent.get() {
            Absent::Not => ().into_any(),
            Absent::Failed(error) => view! {
                <Missing error what="runbook" list=("/", "All runbooks") on_retry=move |()| answer.retry()/>
            }.into_any(),
            Absent::Yet => view! { <PageHead title="Runbook"/><Loading lines=10/> }.into_any(),
        }}
        // Keyed by revision: news about its runs and steps must not draw the text again, another revision must.
        <For each=move || shown.get() key=|loaded| loaded.page.revision.clone() let:loaded>
            <Text slug=slug.clone() rev=rev.clone() loaded desk runs=runs.clone() on_reload=reload on_stepped=move |()| answer.retry()/>
        </For>
    }
}

/// Why there is no text yet.
#[derive(Clone, Debug, PartialEq)]
enum Absent {
    /// There is.
    Not,
    /// It could not be loaded.
    Failed(api::Error),
    /// It is being loaded.
    Yet,
}

/// The first answer is shown; a later one only if it is of the same revision, and else announced.
fn receive(page: Page, shown: RwSignal<Option<Arc<Loaded>>>, newer: RwSignal<Option<Arc<Loaded>>>) {
    let known = shown.with_untracked(|shown| shown.as_ref().map(|shown| shown.page.revision.clone()));
    match known {
        None => shown.set(Some(read(page))),
        Some(revision) if revision == page.revision => {
            // The file was put back as it was, perhaps.
            newer.set(None);
        }
        Some(_) => newer.set(Some(read(page))),
    }
}

fn read(page: Page) -> Arc<Loaded> {
    mark(Moment::Received);
    let loaded = Arc::new(Loaded::new(page));
    mark(Moment::Parsed);
    loaded
}

/// Says quietly that the file has changed, or is gone, or that the server can't be reached.
#[component]
fn Newer(
    newer: RwSignal<Option<Arc<Loaded>>>,
    shown: RwSignal<Option<Arc<Loaded>>>,
    answer: Question<Page>,
    #[prop(into)] on_show: Callback<()>,
) -> impl IntoView {
    let changed = Memo::new(move |_| newer.read().is_some());
    let lost = Memo::new(move |_| match answer.state() {
        Answer::Failed(error) if shown.read().is_some() => Some(error.to_string()),
        _ => answer.stale().map(|error| error.to_string()),
    });
    view! {
        {move || changed.get().then(|| view! {
            <div class="runbook-news">
                <Notice live=true>
                    <p class="notice__line">"This runbook has changed. What you have typed stays."
                        <Button small=true icon=Icon::Retry on_press=on_show>"Show"</Button>
                    </p>
                </Notice>
            </div>
        })}
        {move || lost.get().map(|why| view! { <Notice tone=Tone::Warning live=true><p>{why}</p></Notice> })}
    }
}
