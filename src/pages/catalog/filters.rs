//! The catalog's search field and filters: what is chosen stands in the address.

use std::time::Duration;

use lastmile_protocol::Facet;
use leptos::{ev::KeyboardEvent, html, leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::{Head, keys};
use crate::components::{FilterBar, FilterChip, FilterSelect, SearchBox};
use crate::pages::address::Address;

/// Typing pauses this long before the server is asked.
const PAUSE: Duration = Duration::from_millis(150);

#[component]
pub(super) fn Filters(address: Address, list: Memo<Head>, field: NodeRef<html::Input>) -> impl IntoView {
    let on_change = move |name: &'static str| move |value: String| address.push(name, &value);
    let services = offers(list, |list| &list.facets.services);
    let teams = offers(list, |list| &list.facets.teams);
    let tags = offers(list, |list| &list.facets.tags);
    view! {
        <FilterBar label="Filter runbooks">
            <Typing address field/>
            <FilterSelect label="Service" options=services value=address.param("service") on_change=on_change("service")/>
            <FilterSelect label="Team" options=teams value=address.param("team") on_change=on_change("team")/>
            <FilterSelect label="Tag" options=tags value=address.param("tag") on_change=on_change("tag")/>
            <Switch address name="actions" label="Has actions" count=Signal::derive(move || list.read().facets.actions)/>
            <Switch address name="overdue" label="Review overdue" count=Signal::derive(move || list.read().facets.overdue)/>
        </FilterBar>
    }
}

/// Values with their counts, as a filter offers them.
fn offers(list: Memo<Head>, of: fn(&Head) -> &Vec<Facet>) -> Signal<Vec<(String, String)>> {
    Memo::new(move |_| {
        let offer = |facet: &Facet| (facet.value.clone(), format!("{} ({})", facet.value, facet.count));
        of(&list.read()).iter().map(offer).collect::<Vec<_>>()
    })
    .into()
}

/// A filter that is on or off.
#[component]
fn Switch(address: Address, name: &'static str, label: &'static str, count: Signal<usize>) -> impl IntoView {
    let value = address.param(name);
    let on = Signal::derive(move || matches!(value.read().as_str(), "1" | "true"));
    let label = Signal::derive(move || format!("{label} ({})", count.get()));
    view! { <FilterChip label on on_toggle=move |on: bool| address.push(name, if on { "1" } else { "" })/> }
}

/// The search field. What is typed shows at once; the address, and with it the list, follows when typing pauses.
#[component]
fn Typing(address: Address, field: NodeRef<html::Input>) -> impl IntoView {
    let typed = RwSignal::new(address.get_untracked("q"));
    let query = address.param("q");
    Effect::new(move |_| {
        let query = query.get();
        if typed.read_untracked().trim() != query.trim() {
            typed.set(query);
        }
    });
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    let send = move || address.replace("q", typed.read_untracked().trim());
    let on_input = move |text: String| {
        typed.set(text);
        stop();
        timer.set_value(set_timeout_with_handle(send, PAUSE).ok());
    };
    on_cleanup(stop);
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            stop();
            // What is listed may still belong to what was typed before.
            if typed.read_untracked().trim() == query.read_untracked().trim() {
                keys::to_first(&event);
            } else {
                send();
            }
        }
        "ArrowDown" => keys::to_first(&event),
        _ => {}
    };
    view! {
        <SearchBox label="Search runbooks" placeholder="Search titles, text, tags, alerts…  ( / )" value=typed on_input on_key field/>
    }
}
