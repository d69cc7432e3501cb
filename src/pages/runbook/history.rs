//! `?view=history`: the commits that changed the file; each opens as it was, or as what it changed.

use lastmile_protocol::{Commit, History as Past, HistorySource, Slug};
use leptos::{prelude::*, task::spawn_local};

use crate::api;
use crate::components::{Button, EmptyState, ErrorPanel, Loading, RelativeTime};
use crate::links::{self, View};
use crate::pages::resource::{Answer, Question};

/// The history, newest first.
#[component]
pub(super) fn History(slug: Slug, history: Question<Past>) -> impl IntoView {
    let back = links::runbook(&slug);
    let body = move || match history.state() {
        Answer::Loading => view! { <Loading lines=6/> }.into_any(),
        Answer::Failed(error) => {
            view! { <ErrorPanel message=error.to_string() on_retry=move |()| history.retry()/> }.into_any()
        }
        Answer::Ready(past) => match why_not(past.source) {
            Some(why) => view! { <EmptyState title="No history">{why}</EmptyState> }.into_any(),
            None => view! { <Commits slug=slug.clone() past/> }.into_any(),
        },
    };
    view! {
        <section class="runbook-part" aria-labelledby="part-title">
            <h2 id="part-title">"History"</h2>
            <p><a href=back>"Back to the runbook"</a></p>
            {body}
        </section>
    }
}

/// Why there is no history, if there is none.
fn why_not(source: HistorySource) -> Option<&'static str> {
    match source {
        HistorySource::Git => None,
        HistorySource::NoCheckout => {
            Some("The runbook folder is no git checkout, so nobody has recorded its changes.")
        }
        HistorySource::NoGit => {
            Some("The server has no git installed, so it can't read the folder's history.")
        }
        HistorySource::Failed | HistorySource::Unknown => {
            Some("Git gave no answer, or took too long. The server's log says why.")
        }
    }
}

#[component]
fn Commits(slug: Slug, past: Past) -> impl IntoView {
    let (commits, more) = (RwSignal::new(past.commits), RwSignal::new(past.more));
    let (asking, failed) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let newest = commits.with_untracked(|commits| commits.first().map(|commit| commit.id.clone()));
    let pending = links::runbook_view(&slug, &View::Changes { from: newest, to: None }, None);
    let ask = {
        let slug = slug.clone();
        move |()| {
            let (slug, skip) = (slug.clone(), commits.read_untracked().len());
            asking.set(true);
            spawn_local(async move {
                match api::history(&slug, skip).await {
                    Ok(older) => {
                        commits.try_update(|commits| commits.extend(older.commits));
                        more.try_set(older.more);
                        failed.try_set(None);
                    }
                    Err(error) => drop(failed.try_set(Some(error.to_string()))),
                }
                asking.try_set(false);
            });
        }
    };
    let rows = move || {
        let commits = commits.get();
        let older = commits.iter().skip(1).map(|commit| Some(commit.id.clone()));
        // Before the very first commit there was nothing; before the last one shown there may be one not loaded yet.
        let last = if more.get() { None } else { Some(None) };
        let befores = older.map(Some).chain([last]).collect::<Vec<_>>();
        commits
            .into_iter()
            .zip(befores)
            .map(|(commit, before)| view! { <Row slug=slug.clone() commit before/> })
            .collect_view()
    };
    view! {
        <ol class="history">
            {past.uncommitted.then(|| view! {
                <li class="history__row">
                    <span class="history__subject">"Not committed yet"</span>
                    <a class="history__changes" href=pending.clone()>"Changes"</a>
                </li>
            })}
            {rows}
        </ol>
        {move || failed.get().map(|why| view! { <p class="field__error" role="alert">{why}</p> })}
        {move || more.get().then(|| view! { <Button busy=asking on_press=ask.clone()>"Show older"</Button> })}
    }
}

/// `before`: the commit before this one, where it is known; `Some(None)` if there is none.
#[component]
fn Row(slug: Slug, commit: Commit, before: Option<Option<String>>) -> impl IntoView {
    let Commit { id, at, author, subject } = commit;
    let open = links::runbook_view(&slug, &View::Text, Some(&id));
    let short = id.get(..10).unwrap_or_default().to_owned();
    let changes =
        before.map(|from| links::runbook_view(&slug, &View::Changes { from, to: Some(id.clone()) }, None));
    let subject = if subject.is_empty() { "(no message)".to_owned() } else { subject };
    view! {
        <li class="history__row">
            <a class="history__subject" href=open title="Open the runbook as it was then">{subject}</a>
            <span class="history__facts">{author}", "<RelativeTime at/></span>
            <code class="history__id" title=id>{short}</code>
            {changes.map(|href| view! { <a class="history__changes" href=href>"Changes"</a> })}
        </li>
    }
}
