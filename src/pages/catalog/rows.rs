//! The catalog's rows: the first page, and further ones as soon as one comes near the end of the list.

use lastmile_protocol::{Catalog as List, CatalogRow, Hit, Millis, Slug};
use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::{JsCast as _, closure::Closure};

use super::{Head, PAGE, keys, page_of};
use crate::components::{Button, RunbookRow};
use crate::pages::resource::Question;

/// So far below the window the next page is fetched already.
const AHEAD: &str = "1200px";

/// How far a list has been followed. It belongs to one search: another begins anew.
#[derive(Clone, Debug, Default, PartialEq)]
struct Followed {
    search: String,
    /// Pages behind the first that were asked for.
    asked: usize,
    /// Pages behind the first that have come.
    come: usize,
}

impl Followed {
    fn of(&self, search: &str) -> Self {
        if self.search == search {
            self.clone()
        } else {
            Self { search: search.to_owned(), ..Self::default() }
        }
    }
}

#[component]
pub(super) fn Rows(
    search: Memo<String>,
    first: Question<List>,
    list: Memo<Head>,
    field: NodeRef<html::Input>,
) -> impl IntoView {
    let followed = RwSignal::new(Followed::default());
    let now = Memo::new(move |_| followed.read().of(&search.read()));
    let on_more = Callback::new(move |page: usize| {
        let now = now.get_untracked();
        followed.set(Followed { asked: now.asked.max(page), ..now });
    });
    let on_come = Callback::new(move |(of, page): (String, usize)| {
        let now = now.get_untracked();
        if of == now.search && page > now.come {
            followed.set(Followed { come: page, ..now });
        }
    });
    let pages = move || {
        let Followed { search, asked, .. } = now.get();
        (1..=asked).map(|page| (search.clone(), page)).collect::<Vec<_>>()
    };
    // Drawn anew with every page that has come: its being seen is told once only.
    let next = move || {
        let Followed { search, asked, come } = now.get();
        let more = list.read().matching > (come + 1) * PAGE && asked == come;
        more.then_some((search, come + 1))
    };
    view! {
        <Count list/>
        <ul class="rows rows--long" id=keys::RESULTS on:keydown=move |event: KeyboardEvent| keys::on_key(&event, field)>
            <PageRows page=first/>
            <For each=pages key=Clone::clone let((of, page))>
                <NextPage search of page on_come/>
            </For>
        </ul>
        <For each=next key=Clone::clone let((_, page))>
            <More on_seen=move |()| on_more.run(page)/>
        </For>
    }
}

/// How many there are, told to screen readers too.
#[component]
fn Count(list: Memo<Head>) -> impl IntoView {
    let words = Memo::new(move |_| count(&list.read()));
    view! {
        <p class="list-count" role="status">{words}</p>
        {move || list.read().loosened.then(|| view! {
            <p class="list-count">"No runbook has all of these words. These have some of them."</p>
        })}
        {move || (list.read().indexing > 0).then(|| view! {
            <p class="list-count">"Some runbooks are still being read and not searched yet: this list grows by itself."</p>
        })}
    }
}

fn count(list: &Head) -> String {
    let noun = if list.total == 1 { "runbook" } else { "runbooks" };
    if list.matching == list.total {
        format!("{} {noun}", list.total)
    } else {
        format!("{} of {} {noun}", list.matching, list.total)
    }
}

/// A page behind the first; it belongs to the search for which it was asked.
#[component]
fn NextPage(
    search: Memo<String>,
    of: String,
    page: usize,
    on_come: Callback<(String, usize)>,
) -> impl IntoView {
    let question = page_of(search, page);
    Effect::new(move |_| {
        if question.ready().is_some() {
            on_come.run((of.clone(), page));
        }
    });
    view! { <PageRows page=question/> }
}

/// The rows of one page; one that has not changed keeps its elements, and with them the focus.
#[component]
fn PageRows(page: Question<List>) -> impl IntoView {
    let rows = move || page.ready().map(|list| list.runbooks).unwrap_or_default();
    view! {
        <For each=rows key=drawn let(row)>
            <RunbookRow runbook=row.runbook overdue=row.overdue hit=row.hit/>
        </For>
    }
}

/// What a drawn row depends on.
fn drawn(row: &CatalogRow) -> (Slug, Millis, bool, Option<Hit>) {
    (row.runbook.slug.clone(), row.runbook.modified, row.overdue, row.hit.clone())
}

/// The end of what is listed: being seen, or nearly, it asks for more.
#[component]
fn More(#[prop(into)] on_seen: Callback<()>) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        let seen = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let near = |entry: wasm_bindgen::JsValue| {
                entry.unchecked_into::<web_sys::IntersectionObserverEntry>().is_intersecting()
            };
            if entries.iter().any(near) {
                on_seen.run(());
            }
        });
        let options = web_sys::IntersectionObserverInit::new();
        options.set_root_margin(AHEAD);
        let observer =
            web_sys::IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &options);
        // Without an observer the button is there to press.
        if let Ok(observer) = observer {
            observer.observe(&place);
            let held = StoredValue::new_local((observer, seen));
            on_cleanup(move || held.with_value(|(observer, _)| observer.disconnect()));
        }
    });
    view! { <div class="list-more" node_ref=place><Button on_press=on_seen>"Show more"</Button></div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_search_begins_with_its_first_page() {
        let followed = Followed { search: "?q=a".to_owned(), asked: 3, come: 2 };
        assert_eq!(followed.of("?q=a"), followed);
        assert_eq!(followed.of("?q=b"), Followed { search: "?q=b".to_owned(), asked: 0, come: 0 });
    }

    #[test]
    fn the_count_names_the_whole_where_some_are_left_out() {
        let head = |matching, total| Head { matching, total, ..Head::default() };
        assert_eq!(count(&head(1, 1)), "1 runbook");
        assert_eq!(count(&head(2, 2)), "2 runbooks");
        assert_eq!(count(&head(0, 1)), "0 of 1 runbook");
    }
}
