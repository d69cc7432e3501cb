//! `?view=changes`: what changed in the file between two revisions.

use lastmile_protocol::Slug;
use leptos::prelude::*;

use crate::api;
use crate::components::diff::{DiffLine, around_changes, diff};
use crate::components::{Change, EmptyState, ErrorPanel, Loading};
use crate::links::{self, View};
use crate::pages::resource::{Answer, use_answer};

/// The comparison. No older revision: there was no file; no newer one: as it is now.
#[component]
pub(super) fn Changes(slug: Slug, from: Option<String>, to: Option<String>) -> impl IntoView {
    let history = links::runbook_view(&slug, &View::History, None);
    let title =
        format!("Changes from {} to {}", name(from.as_deref(), "nothing"), name(to.as_deref(), "now"));
    let open = links::runbook_view(&slug, &View::Text, to.as_deref());
    let answer = use_answer(move || {
        let (slug, from, to) = (slug.clone(), from.clone(), to.clone());
        async move {
            let before = match from {
                Some(from) => api::runbook(&slug, Some(&from)).await?.source,
                None => String::new(),
            };
            let now = api::runbook(&slug, to.as_deref()).await?.source;
            Ok((before, now))
        }
    });
    let body = move || match answer.state() {
        Answer::Loading => view! { <Loading lines=8/> }.into_any(),
        Answer::Failed(error) => {
            view! { <ErrorPanel message=error.to_string() on_retry=move |()| answer.retry()/> }.into_any()
        }
        Answer::Ready((before, now)) => {
            let lines = around_changes(diff(&before, &now));
            if lines.iter().all(|line| matches!(line, DiffLine::Skipped(_))) {
                return view! { <EmptyState title="Nothing changed">"Both revisions have the same text."</EmptyState> }.into_any();
            }
            view! { <Change lines label="What changed in the file"/> }.into_any()
        }
    };
    view! {
        <section class="runbook-part" aria-labelledby="part-title">
            <h2 id="part-title">{title}</h2>
            <p class="runbook-part__links"><a href=history>"History"</a><a href=open>"Open the runbook at this revision"</a></p>
            {body}
        </section>
    }
}

fn name(revision: Option<&str>, without: &str) -> String {
    revision.map_or(without, |revision| revision.get(..10).unwrap_or(revision)).to_owned()
}
