//! Search in a log: the server looks, the viewer goes from match to match.

use lastmile_protocol::RunId;
use leptos::{html, prelude::*, task::spawn_local};

use super::found::{Found, Wanted};
use super::viewer::Viewer;
use crate::api::{self, LogQuery};
use crate::components::{Button, Glyph, Icon, Variant};

/// A handle to the search in one log.
#[derive(Clone, Copy)]
pub(super) struct Search {
    viewer: Viewer,
    run: StoredValue<RunId>,
    query: RwSignal<LogQuery>,
    found: RwSignal<Found>,
    busy: RwSignal<bool>,
    filters: RwSignal<bool>,
    field: NodeRef<html::Input>,
}

impl Search {
    pub(super) fn new(viewer: Viewer, run: RunId) -> Self {
        Self {
            viewer,
            run: StoredValue::new(run),
            query: RwSignal::default(),
            found: RwSignal::default(),
            busy: RwSignal::new(false),
            filters: RwSignal::new(false),
            field: NodeRef::new(),
        }
    }

    /// Where matches are, in thousandths of the log.
    pub(super) fn marks(self) -> Vec<u64> {
        self.found.read().marks()
    }

    /// The person wants to type.
    pub(super) fn focus(self) {
        if let Some(field) = self.field.get_untracked() {
            // It fails only for an element that has left the page.
            drop(field.focus());
            field.select();
        }
    }

    /// Looks for something as if it had been typed.
    pub(super) fn look_for(self, query: LogQuery) {
        self.query.set(query);
        self.go(true);
    }

    /// Goes to the next match or the one before; what was typed anew is looked for first.
    pub(super) fn go(self, forward: bool) {
        let query = self.query.get_untracked();
        if self.busy.get_untracked() {
            return;
        }
        if query.text.is_empty() {
            self.found.set(Found::default());
            self.apply_filter();
        } else if self.found.with_untracked(|found| found.query != query) {
            self.begin(query);
        } else {
            match self.found.with_untracked(Found::needed).filter(|_| forward) {
                Some(wanted) => self.fetch(wanted, true),
                None => self.step(forward),
            }
        }
    }

    fn step(self, forward: bool) {
        self.found.update(|found| found.step(forward));
        self.show();
    }

    fn show(self) {
        if let Some(line) = self.found.with_untracked(Found::line) {
            self.viewer.show(line);
        }
    }

    fn begin(self, query: LogQuery) {
        self.busy.set(true);
        let near = self.viewer.shown().read_untracked().first;
        spawn_local(async move {
            let Some(run) = self.run.try_get_value() else { return };
            let answer = api::log_search(&run, &query, 0).await;
            let found = match answer {
                Ok(page) => Found::begin(query, page, near),
                Err(error) => Found::failed(query, error.to_string()),
            };
            self.found.try_set(found);
            self.apply_filter();
            self.show();
            self.go_on();
        });
    }

    /// Asks for what is missing to a full count, until it is there.
    fn go_on(self) {
        match self.found.try_with_untracked(Found::wanted).flatten() {
            Some(wanted) => self.fetch(wanted, false),
            None => drop(self.busy.try_set(false)),
        }
    }

    fn fetch(self, wanted: Wanted, step: bool) {
        self.busy.set(true);
        let query = self.found.with_untracked(|found| found.query.clone());
        let (Wanted::Lines(after) | Wanted::Count(after)) = wanted;
        spawn_local(async move {
            let Some(run) = self.run.try_get_value() else { return };
            let Ok(page) = api::log_search(&run, &query, after).await else {
                self.busy.try_set(false);
                return;
            };
            let had = self.found.try_update(|found| {
                let had = found.has_matches();
                found.take(wanted, page);
                had
            });
            if matches!(wanted, Wanted::Lines(_)) {
                self.apply_filter();
            }
            if step {
                self.step(true);
            } else if had == Some(false) {
                self.show();
            }
            self.go_on();
        });
    }

    /// Shows only matches, or all lines again.
    fn toggle_filter(self) {
        self.filters.update(|filters| *filters = !*filters);
        self.apply_filter();
    }

    fn apply_filter(self) {
        let on = self.filters.try_get_untracked() == Some(true);
        let lines = self.found.try_with_untracked(|found| found.lines().to_vec()).unwrap_or_default();
        let matches = (on && !lines.is_empty()).then_some(lines);
        if matches.is_some() || self.viewer.shown().try_read_untracked().is_some_and(|shown| shown.filters) {
            self.viewer.filter(matches);
        }
    }
}

/// The search field of a log's toolbar: Enter goes to the next match, Shift+Enter to the one before.
#[component]
pub(super) fn SearchField(
    /// The search.
    search: Search,
) -> impl IntoView {
    let Search { query, found, busy, filters, field, .. } = search;
    let press = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Enter" => search.go(!event.shift_key()),
        "Escape" if query.with_untracked(|query| query.text.is_empty()) => search.go(true),
        _ => {}
    };
    let several = Memo::new(move |_| found.read().has_matches());
    view! {
        <span class="log__search" role="search">
            <label class="search-box search-box--small">
                <span class="visually-hidden">"Search the log"</span>
                <Glyph icon=Icon::Search/>
                <input class="control" type="search" placeholder="Search ( / )" autocomplete="off" spellcheck="false" node_ref=field
                    prop:value=move || query.read().text.clone()
                    on:input=move |event| query.update(|query| query.text = event_target_value(&event))
                    on:keydown=press/>
            </label>
            <Toggle words="Match case" sign="Aa" pressed=Signal::derive(move || query.read().exact)
                flip=move |()| { query.update(|query| query.exact = !query.exact); search.go(true); }/>
            <Toggle words="Regular expression" sign=".*" pressed=Signal::derive(move || query.read().regex)
                flip=move |()| { query.update(|query| query.regex = !query.regex); search.go(true); }/>
            <span class="log__matches" role="status">{move || found.read().position()}</span>
            {move || several.get().then(|| view! {
                <Button small=true variant=Variant::Quiet on_press=move |()| search.go(false)>"Previous"</Button>
                <Button small=true variant=Variant::Quiet busy on_press=move |()| search.go(true)>"Next"</Button>
                <Toggle words="Only matches" sign="Only matches" pressed=filters.into() flip=move |()| search.toggle_filter()/>
            })}
        </span>
    }
}

/// A small button that is on or off.
#[component]
pub(super) fn Toggle(
    /// What it does, for the tooltip and for screen readers.
    words: &'static str,
    /// What stands on it.
    sign: &'static str,
    /// Whether it is on.
    pressed: Signal<bool>,
    /// Called once a press.
    #[prop(into)]
    flip: Callback<()>,
) -> impl IntoView {
    view! {
        <button type="button" class="button button--quiet button--small log__toggle" title=words aria-label=words
            aria-pressed=move || pressed.get().to_string() on:click=move |_| flip.run(())
        ><span>{sign}</span></button>
    }
}

/// Marks beside the scroll bar, where matches are.
#[component]
pub(super) fn Marks(
    /// The search.
    search: Search,
) -> impl IntoView {
    move || {
        let marks = search.marks();
        (!marks.is_empty()).then(|| {
            // One path for all: however many match, the page holds one element.
            let path: String = marks.iter().map(|at| format!("M0 {at}h10")).collect();
            view! {
                <svg class="log__marks" viewBox="0 0 10 1000" preserveAspectRatio="none" aria-hidden="true"><path d=path/></svg>
            }
        })
    }
}
