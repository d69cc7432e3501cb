//! `/`: all runbooks, searched and filtered in the address.

use std::time::Duration;

use lastmile_protocol::{Catalog as List, TeamName};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::address::{Address, use_address};
use super::head::PageHead;
use super::resource::{Answer, use_answer};
use crate::api;
use crate::components::{
    Button, EmptyState, ErrorPanel, FilterBar, FilterSelect, Icon, Loading, RunbookRow, SearchBox,
};
use crate::live::Live;

/// Typing pauses this long before the server is asked.
const PAUSE: Duration = Duration::from_millis(150);
/// The parameters that narrow the list.
const FILTERS: [&str; 4] = ["q", "tag", "service", "team"];

/// The catalog.
#[component]
pub fn Catalog() -> impl IntoView {
    let address = use_address();
    let live = expect_context::<Live>();
    let version = Memo::new(move |_| live.catalog().read().version());
    let answer = use_answer(move || {
        // Read, not only tracked: a memo that nobody has read has no sources yet.
        version.get();
        live.resync().track();
        let search = address.search();
        async move { api::runbooks(&search).await }
    });
    let offers = Memo::new(move |_| answer.ready().map_or_else(Offers::default, Offers::of));
    view! {
        <PageHead title="Runbooks"/>
        <Filters address offers/>
        {move || match answer.state() {
            Answer::Loading => view! { <Loading lines=6/> }.into_any(),
            Answer::Failed(error) => view! { <ErrorPanel message=error.to_string() on_retry=move |()| answer.retry()/> }.into_any(),
            Answer::Ready(list) => rows(list, address),
        }}
    }
}

/// What the filters offer.
#[derive(Clone, Debug, Default, PartialEq)]
struct Offers {
    tags: Vec<(String, String)>,
    services: Vec<(String, String)>,
    teams: Vec<(String, String)>,
}

impl Offers {
    fn of(list: List) -> Self {
        let twice = |all: Vec<String>| all.into_iter().map(|word| (word.clone(), word)).collect();
        let teams = list.teams.into_iter().map(|TeamName(name)| name).collect();
        Self { tags: twice(list.tags), services: twice(list.services), teams: twice(teams) }
    }
}

#[component]
fn Filters(address: Address, offers: Memo<Offers>) -> impl IntoView {
    // What is typed shows at once; the address, and with it the list, follows when typing pauses.
    let typed = RwSignal::new(address.get_untracked("q"));
    let query = address.param("q");
    Effect::new(move |_| {
        let query = query.get();
        if typed.read_untracked().trim() != query.trim() {
            typed.set(query);
        }
    });
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let on_input = move |text: String| {
        typed.set(text);
        let send = move || address.replace("q", typed.read_untracked().trim());
        let next = set_timeout_with_handle(send, PAUSE).ok();
        if let Some(earlier) = timer.try_update_value(|timer| std::mem::replace(timer, next)).flatten() {
            earlier.clear();
        }
    };
    on_cleanup(move || {
        if let Some(timer) = timer.try_get_value().flatten() {
            timer.clear();
        }
    });
    let on_change = move |name: &'static str| move |value: String| address.push(name, &value);
    view! {
        <FilterBar label="Filter runbooks">
            <SearchBox label="Search runbooks" placeholder="Title, tag, service, alert…" value=typed on_input/>
            <FilterSelect label="Service" options=Signal::derive(move || offers.get().services) value=address.param("service") on_change=on_change("service")/>
            <FilterSelect label="Team" options=Signal::derive(move || offers.get().teams) value=address.param("team") on_change=on_change("team")/>
            <FilterSelect label="Tag" options=Signal::derive(move || offers.get().tags) value=address.param("tag") on_change=on_change("tag")/>
        </FilterBar>
    }
}

fn rows(list: List, address: Address) -> AnyView {
    if list.total == 0 {
        return view! {
            <EmptyState title="No runbooks yet">
                <p>"Put a markdown file into the server's runbook folder: it shows up here within a second."</p>
            </EmptyState>
        }
        .into_any();
    }
    if list.runbooks.is_empty() {
        return view! {
            <EmptyState title="No runbook matches" icon=Icon::Search>
                <Button on_press=move |()| address.clear(&FILTERS)>"Clear the filters"</Button>
            </EmptyState>
        }
        .into_any();
    }
    let shown = list.runbooks.len();
    let count = if shown == list.total { format!("{shown}") } else { format!("{shown} of {}", list.total) };
    let noun = if list.total == 1 { "runbook" } else { "runbooks" };
    view! {
        <p class="list-count" role="status">{count}" "{noun}</p>
        <ul class="rows">{list.runbooks.into_iter().map(|runbook| view! { <RunbookRow runbook/> }).collect_view()}</ul>
    }
    .into_any()
}
