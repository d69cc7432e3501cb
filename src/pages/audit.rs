//! `/audit`: who did what and what was refused, for those who may read it; narrowed in the address.

use lastmile_protocol::{AuditFilter, AuditNewer, AuditPage, code};
use leptos::{prelude::*, task::spawn_local};

use super::address::{Address, use_address};
use super::head::PageHead;
use super::resource::{Answer, Question, use_answer};
use super::runs::{Narrowed, local_day};
use crate::components::clock::use_now;
use crate::components::{
    AuditRow, Button, ButtonLink, EmptyState, ErrorPanel, FilterBar, FilterSelect, Icon, Loading,
};
use crate::{api, links, query};

/// Milliseconds between two looks at whether something newer is there.
const LOOK_MS: i64 = 5_000;

/// The audit record.
#[component]
pub fn Audit() -> impl IntoView {
    let address = use_address();
    let answer = use_answer(move || {
        let filter = filter_of(&address.search());
        async move { api::audit(&filter).await }
    });
    let page = Memo::new(move |_| answer.ready().unwrap_or_default());
    let is_refused = Memo::new(
        move |_| matches!(answer.state(), Answer::Failed(error) if error.code() == Some(code::FORBIDDEN)),
    );
    let tools = move || (!is_refused.get()).then(|| view! { <Exports address/> });
    view! {
        <PageHead title="Audit">{tools}</PageHead>
        {move || (!is_refused.get()).then(|| view! { <Filters address page/><Newer address page answer/> })}
        {move || match answer.state() {
            Answer::Loading => view! { <Loading lines=10/> }.into_any(),
            Answer::Failed(error) if error.code() == Some(code::FORBIDDEN) => refused(&error),
            Answer::Failed(error) => view! { <ErrorPanel message=error.to_string() on_retry=move |()| answer.retry()/> }.into_any(),
            Answer::Ready(page) => rows(page, address),
        }}
    }
}

fn filter_of(search: &str) -> AuditFilter {
    links::audit_filter(search, local_moment)
}

fn refused(error: &api::Error) -> AnyView {
    let why = error.to_string();
    view! {
        <EmptyState title="You may not read the audit record" icon=Icon::Lock>
            <p>{why}</p>
            <ButtonLink href="/runs">"All runs"</ButtonLink>
        </EmptyState>
    }
    .into_any()
}

#[component]
fn Filters(address: Address, page: Memo<AuditPage>) -> impl IntoView {
    let twice = |all: Vec<String>| all.into_iter().map(|word| (word.clone(), word)).collect::<Vec<_>>();
    let kinds = Signal::derive(move || twice(page.read().kinds.clone()));
    let targets = Signal::derive(move || twice(page.read().targets.clone()));
    let people = Signal::derive(move || {
        page.get().people.into_iter().map(|person| (person.id.0, person.name)).collect::<Vec<_>>()
    });
    let on_change = move |name: &'static str| move |value: String| address.push(name, &value);
    view! {
        <FilterBar label="Filter the audit record">
            <FilterSelect label="Person" options=people value=address.param("person") on_change=on_change("person")/>
            <FilterSelect label="Deed" options=kinds value=address.param("did") on_change=on_change("did")/>
            <FilterSelect label="Target" options=targets value=address.param("target") on_change=on_change("target")/>
            <MomentFilter label="From" name="since" address/>
            <MomentFilter label="To" name="until" address/>
            <Narrowed label="Runbook" name="runbook" address/>
            <Narrowed label="Action" name="action" address/>
            <Narrowed label="Run" name="run" address/>
        </FilterBar>
    }
}

/// A minute, in the reader's own time zone.
#[component]
fn MomentFilter(label: &'static str, name: &'static str, address: Address) -> impl IntoView {
    let value = address.param(name);
    view! {
        <label class="filter-select" class:filter-select--on=move || !value.read().is_empty()>
            <span class="filter-select__label">{label}</span>
            <input class="control" type="datetime-local" prop:value=value
                on:change=move |event| address.push(name, &event_target_value(&event))/>
        </label>
    }
}

/// All that matches, as a file.
#[component]
fn Exports(address: Address) -> impl IntoView {
    let href = move |format: &'static str| {
        move || api::audit_file(&AuditFilter { before: None, ..filter_of(&address.search()) }, format)
    };
    view! {
        <a class="button button--small" download="" href=href("csv")>"Export CSV"</a>
        <a class="button button--small" download="" href=href("jsonl")>"Export JSON lines"</a>
    }
}

/// Looks every few seconds whether something newer is there, and shows it only when it is asked to: a list that moves while
/// it is read can't be read.
#[component]
fn Newer(address: Address, page: Memo<AuditPage>, answer: Question<AuditPage>) -> impl IntoView {
    let now = use_now();
    let turn = Memo::new(move |_| now.get().0 / LOOK_MS);
    let newest = Memo::new(move |_| page.read().newest);
    let newer = RwSignal::new((0_u64, 0_u32));
    Effect::new(move |_| {
        // Read, not only tracked: a memo that nobody reads never runs, so it would never change.
        turn.get();
        let (after, filter) = (newest.get(), filter_of(&address.search()));
        if after == 0 || document().visibility_state() == web_sys::VisibilityState::Hidden {
            return;
        }
        spawn_local(async move {
            // What can't be asked now is asked again soon.
            if let Ok(AuditNewer { count }) =
                api::audit_newer(&AuditFilter { before: None, ..filter }, after).await
            {
                newer.try_set((after, count));
            }
        });
    });
    let count = Memo::new(move |_| {
        let (after, count) = newer.get();
        if after == newest.get() { count } else { 0 }
    });
    let is_older = address.param("before");
    let show = move |()| {
        if is_older.read_untracked().is_empty() { answer.retry() } else { address.push("before", "") }
    };
    view! {
        <div class="audit-news" role="status">
            {move || match (count.get(), is_older.read().is_empty()) {
                (0, true) => None,
                (0, false) => Some(view! { <Button small=true icon=Icon::Retry on_press=show>"Back to the newest"</Button> }),
                (count, _) => Some(view! { <Button small=true icon=Icon::Retry on_press=show>{newer_words(count)}</Button> }),
            }}
        </div>
    }
}

fn newer_words(count: u32) -> String {
    match count {
        1 => "1 newer entry".to_owned(),
        AuditNewer::MOST.. => format!("{} newer entries or more", AuditNewer::MOST),
        _ => format!("{count} newer entries"),
    }
}

fn rows(page: AuditPage, address: Address) -> AnyView {
    let search = address.search();
    if page.entries.is_empty() {
        let filtered =
            query::pairs(&search).iter().any(|(name, _)| links::AUDIT_FILTERS.contains(&name.as_str()));
        return if filtered {
            view! {
                <EmptyState title="No entry matches" icon=Icon::Filter>
                    <Button on_press=move |()| address.clear(&links::AUDIT_FILTERS)>"Clear the filters"</Button>
                </EmptyState>
            }
            .into_any()
        } else {
            view! { <EmptyState title="Nothing is recorded yet"/> }.into_any()
        };
    }
    let older = page.next.map(|next| format!("/audit{}", query::with(&search, "before", &next.to_string())));
    let people = page.people;
    let list = page.entries.into_iter().map(|entry| {
        let person = entry.by.as_ref().and_then(|id| people.iter().find(|person| person.id == *id));
        let name = person.map(|person| person.name.clone());
        let name = name.or_else(|| entry.by.as_ref().map(ToString::to_string)).unwrap_or_default();
        view! { <AuditRow entry name search=search.clone()/> }
    });
    view! {
        <ul class="rows">{list.collect_view()}</ul>
        {older.map(|href| view! { <p class="list-more"><ButtonLink href>"Older entries"</ButtonLink></p> })}
    }
    .into_any()
}

/// The first millisecond of a minute such as `2026-11-23T03:14`, or of a day, where the reader is.
fn local_moment(text: &str) -> Option<i64> {
    if !text.contains('T') {
        return local_day(text);
    }
    let millis = js_sys::Date::new(&text.into()).get_time();
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit an i64 for ages")]
    let millis = (!millis.is_nan()).then_some(millis as i64);
    millis
}

#[cfg(test)]
mod tests {
    use super::newer_words;

    #[test]
    fn what_is_newer_is_counted_up_to_a_thousand() {
        assert_eq!(newer_words(1), "1 newer entry");
        assert_eq!(newer_words(999), "999 newer entries");
        assert_eq!(newer_words(1000), "1000 newer entries or more");
    }
}
