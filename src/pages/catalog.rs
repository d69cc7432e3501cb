//! `/`: all runbooks, searched and filtered in the address.
//!
//! The list comes page by page as one scrolls, so that two thousand runbooks cost no more than fifty. Each page is
//! asked for by itself; the first one's answer also says how many there are and what the filters offer.

mod filters;
mod keys;
mod rows;

use std::time::Duration;

use lastmile_protocol::Catalog as List;
use leptos::{html, prelude::*};

use self::filters::Filters;
use self::rows::Rows;
use super::address::{Address, use_address};
use super::head::PageHead;
use super::resource::{Answer, Question, use_answer};
use crate::components::{Button, EmptyState, ErrorPanel, Icon, Loading};
use crate::live::Live;
use crate::{api, links, query};

/// Rows that are asked for at once.
const PAGE: usize = 50;
/// While the server still reads runbooks, a search is asked again so often.
const AGAIN: Duration = Duration::from_millis(700);

/// The catalog.
#[component]
pub fn Catalog() -> impl IntoView {
    let address = use_address();
    let search = Memo::new(move |_| links::catalog_query(&address.search()));
    let first = page_of(search, 0);
    let list = Memo::new(move |_| first.ready().map(Head::of).unwrap_or_default());
    ask_again_while_indexing(first, list);
    let field = NodeRef::<html::Input>::new();
    keys::slash_focuses(field);
    let phase = Memo::new(move |_| Phase::of(&first.state(), &search.read()));
    view! {
        <PageHead title="Runbooks"/>
        <Filters address list field/>
        {move || match phase.get() {
            Phase::Loading => view! { <Loading lines=6/> }.into_any(),
            Phase::Failed(why) => view! { <ErrorPanel message=why on_retry=move |()| first.retry()/> }.into_any(),
            Phase::NoRunbooks => view! {
                <EmptyState title="No runbooks yet">
                    <p>"Put a markdown file into the server's runbook folder: it shows up here within a second."</p>
                </EmptyState>
            }.into_any(),
            Phase::NoMatch => view! { <NoMatch address list/> }.into_any(),
            Phase::Rows => view! { <Rows search first list field/> }.into_any(),
        }}
    }
}

/// Asks for a page of the list, and again whenever the list or the folder changes.
fn page_of(search: Memo<String>, number: usize) -> Question<List> {
    let live = expect_context::<Live>();
    let version = Memo::new(move |_| live.catalog().read().version());
    use_answer(move || {
        // Read, not only tracked: a memo that nobody has read has no sources yet.
        version.get();
        live.resync().track();
        let search = search.get();
        async move { api::runbooks(&search, number * PAGE, PAGE).await }
    })
}

fn ask_again_while_indexing(first: Question<List>, list: Memo<Head>) {
    let indexing = Memo::new(move |_| list.read().indexing > 0);
    Effect::new(move |before: Option<Option<IntervalHandle>>| {
        if let Some(timer) = before.flatten() {
            timer.clear();
        }
        let timer =
            indexing.get().then(|| set_interval_with_handle(move || first.retry(), AGAIN).ok()).flatten();
        on_cleanup(move || timer.into_iter().for_each(|timer| timer.clear()));
        timer
    });
}

/// What the first page's answer says of the whole list.
#[derive(Clone, Debug, Default, PartialEq)]
struct Head {
    matching: usize,
    total: usize,
    facets: lastmile_protocol::Facets,
    loosened: bool,
    indexing: usize,
}

impl Head {
    fn of(list: List) -> Self {
        let List { runbooks: _, matching, total, facets, loosened, indexing } = list;
        Self { matching, total, facets, loosened, indexing }
    }
}

/// What the page shows below the filters.
#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Loading,
    Failed(String),
    /// The folder is empty.
    NoRunbooks,
    /// The filters leave nothing.
    NoMatch,
    Rows,
}

impl Phase {
    fn of(answer: &Answer<List>, search: &str) -> Self {
        match answer {
            Answer::Loading => Self::Loading,
            Answer::Failed(error) => Self::Failed(error.to_string()),
            Answer::Ready(list) if list.total == 0 && search.is_empty() => Self::NoRunbooks,
            Answer::Ready(list) if list.matching == 0 => Self::NoMatch,
            Answer::Ready(_) => Self::Rows,
        }
    }
}

/// Nothing matches: what to do about it.
#[component]
fn NoMatch(address: Address, list: Memo<Head>) -> impl IntoView {
    let search = Signal::derive(move || address.search());
    let text = move || query::get(&search.read(), "q");
    let filtered = move || {
        links::CATALOG_FILTERS.iter().any(|name| *name != "q" && query::get(&search.read(), name).is_some())
    };
    view! {
        <EmptyState title="No runbook matches" icon=Icon::Search>
            {move || text().map(|text| view! {
                <p>"Nothing has “"{text}"” in its title, text, code, tags or alerts. Try fewer or other words."</p>
            })}
            {move || (list.read().indexing > 0).then(|| view! { <p>"Some runbooks are still being read: this page looks again by itself."</p> })}
            <p class="cluster">
                {move || (filtered() && text().is_some()).then(|| view! {
                    <Button on_press=move |()| address.clear(&["tag", "service", "team", "actions", "overdue"])>"Search without the filters"</Button>
                })}
                <Button on_press=move |()| address.clear(&links::CATALOG_FILTERS)>"Show all runbooks"</Button>
            </p>
        </EmptyState>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_folder_is_told_from_filters_that_leave_nothing() {
        let list = |total, matching| Answer::Ready(List { total, matching, ..List::default() });
        assert_eq!(Phase::of(&list(0, 0), ""), Phase::NoRunbooks);
        assert_eq!(Phase::of(&list(3, 0), "?q=x"), Phase::NoMatch);
        assert_eq!(Phase::of(&list(3, 1), "?q=x"), Phase::Rows);
        assert_eq!(Phase::of(&Answer::Loading, ""), Phase::Loading);
    }
}
