//! `/runs`: who ran what, where, when and why; filtered in the address.

use lastmile_protocol::{RunId, RunList, RunState, RunSummary};
use leptos::prelude::*;

use super::address::{Address, use_address};
use super::head::PageHead;
use super::resource::{Answer, use_answer};
use crate::components::state_badge::word;
use crate::components::{
    Button, ButtonLink, EmptyState, ErrorPanel, FilterBar, FilterSelect, Icon, Loading, RunRow,
};
use crate::live::{Live, fold};
use crate::{api, links, query};

/// The parameters that narrow the list.
const FILTERS: [&str; 9] =
    ["service", "target", "person", "state", "runbook", "action", "since", "until", "before"];

/// All runs.
#[component]
pub fn Runs() -> impl IntoView {
    let address = use_address();
    let live = expect_context::<Live>();
    let answer = use_answer(move || {
        live.resync().track();
        let filter = links::run_filter(&address.search(), local_day);
        async move { api::runs(&filter).await }
    });
    let list = Memo::new(move |_| answer.ready().unwrap_or_default());
    view! {
        <PageHead title="Runs"/>
        <Filters address list/>
        {move || match answer.state() {
            Answer::Loading => view! { <Loading lines=8/> }.into_any(),
            Answer::Failed(error) => view! { <ErrorPanel message=error.to_string() on_retry=move |()| answer.retry()/> }.into_any(),
            Answer::Ready(list) => rows(list, address),
        }}
    }
}

#[component]
fn Filters(address: Address, list: Memo<RunList>) -> impl IntoView {
    let twice = |all: Vec<String>| all.into_iter().map(|word| (word.clone(), word)).collect::<Vec<_>>();
    let services = Signal::derive(move || twice(list.read().services.clone()));
    let targets = Signal::derive(move || twice(list.read().targets.clone()));
    let people = Signal::derive(move || {
        list.get().people.into_iter().map(|person| (person.id.0, person.name)).collect::<Vec<_>>()
    });
    let states: Vec<(String, String)> =
        RunState::ALL.iter().map(|state| (state.as_str().to_owned(), word(*state).to_owned())).collect();
    let on_change = move |name: &'static str| move |value: String| address.push(name, &value);
    view! {
        <FilterBar label="Filter runs">
            <FilterSelect label="State" options=Signal::stored(states) value=address.param("state") on_change=on_change("state")/>
            <FilterSelect label="Service" options=services value=address.param("service") on_change=on_change("service")/>
            <FilterSelect label="Target" options=targets value=address.param("target") on_change=on_change("target")/>
            <FilterSelect label="Person" options=people value=address.param("person") on_change=on_change("person")/>
            <DayFilter label="From" name="since" address/>
            <DayFilter label="To" name="until" address/>
            <Narrowed label="Runbook" name="runbook" address/>
            <Narrowed label="Action" name="action" address/>
        </FilterBar>
    }
}

/// A day, in the reader's own time zone.
#[component]
fn DayFilter(label: &'static str, name: &'static str, address: Address) -> impl IntoView {
    let value = address.param(name);
    view! {
        <label class="filter-select" class:filter-select--on=move || !value.read().is_empty()>
            <span class="filter-select__label">{label}</span>
            <input class="control" type="date" prop:value=value
                on:change=move |event| address.push(name, &event_target_value(&event))/>
        </label>
    }
}

/// A filter that only a link sets: shown while it acts, and can be taken out.
#[component]
pub fn Narrowed(
    /// What it narrows.
    label: &'static str,
    /// The parameter.
    name: &'static str,
    /// The page's address.
    address: Address,
) -> impl IntoView {
    let value = address.param(name);
    move || {
        let value = value.get();
        (!value.is_empty()).then(|| {
            view! { <Button small=true icon=Icon::Cross on_press=move |()| address.push(name, "")>{label}": "{value}</Button> }
        })
    }
}

fn rows(list: RunList, address: Address) -> AnyView {
    let search = address.search();
    if list.runs.is_empty() {
        let filtered = query::pairs(&search).iter().any(|(name, _)| FILTERS.contains(&name.as_str()));
        return if filtered {
            view! {
                <EmptyState title="No run matches" icon=Icon::Filter>
                    <Button on_press=move |()| address.clear(&FILTERS)>"Clear the filters"</Button>
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <EmptyState title="No runs yet" icon=Icon::Play>
                    <ButtonLink href="/">"Open a runbook"</ButtonLink>
                </EmptyState>
            }
            .into_any()
        };
    }
    let older =
        list.next.map(|next: RunId| format!("/runs{}", query::with(&search, "before", next.as_str())));
    view! {
        <ul class="rows">{list.runs.into_iter().map(|run| view! { <LiveRow run/> }).collect_view()}</ul>
        {older.map(|href| view! { <p class="list-more"><ButtonLink href>"Older runs"</ButtonLink></p> })}
    }
    .into_any()
}

/// A run that follows the stream while it is under way.
#[component]
pub fn LiveRow(
    /// The run, as the list has it.
    run: RunSummary,
) -> impl IntoView {
    let feed = (!run.state.is_final()).then(|| expect_context::<Live>().watch_run(&run.id).summary);
    let known = StoredValue::new(run);
    let run = Signal::derive(move || {
        let told = feed.as_ref().and_then(|feed| feed.get());
        known.with_value(|known| {
            told.filter(|told| fold::supersedes(Some(known), told)).unwrap_or_else(|| known.clone())
        })
    });
    view! { <RunRow run/> }
}

/// The first millisecond of a day such as `2026-11-23`, where the reader is.
pub(super) fn local_day(text: &str) -> Option<i64> {
    let mut parts = text.split('-').map(str::parse::<u32>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let date =
        js_sys::Date::new_with_year_month_day(year, i32::try_from(month).ok()? - 1, i32::try_from(day).ok()?);
    let millis = date.get_time();
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit an i64 for ages")]
    let millis = (!millis.is_nan()).then_some(millis as i64);
    millis
}
