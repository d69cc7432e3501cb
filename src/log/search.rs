//! Search in a log: the server looks, the viewer goes from match to match.

use lastmile_protocol::{LogMatches, RunId};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_location, hooks::use_navigate};

use super::asked::Asked;
use super::found::{Found, Wanted};
use super::viewer::Viewer;
use crate::api::{self, LogQuery};

/// A handle to the search in one log.
#[derive(Clone, Copy)]
pub(super) struct Search {
    viewer: Viewer,
    run: StoredValue<RunId>,
    /// What is typed.
    pub(super) query: RwSignal<LogQuery>,
    /// What was looked for last, which is also in the page's address.
    asked: RwSignal<Asked>,
    pub(super) found: RwSignal<Found>,
    pub(super) busy: RwSignal<bool>,
    /// Grows with each new search: answers to an earlier one are dropped.
    turn: StoredValue<u32>,
    pub(super) field: NodeRef<html::Input>,
}

impl Search {
    pub(super) fn new(viewer: Viewer, run: RunId) -> Self {
        Self {
            viewer,
            run: StoredValue::new(run),
            query: RwSignal::default(),
            asked: RwSignal::default(),
            found: RwSignal::default(),
            busy: RwSignal::new(false),
            turn: StoredValue::new(0),
            field: NodeRef::new(),
        }
    }

    /// Where matches are, in thousandths of the log.
    pub(super) fn marks(self) -> Vec<u64> {
        self.found.read().marks()
    }

    /// Whether only matches are shown.
    pub(super) fn filters(self) -> Signal<bool> {
        Signal::derive(move || self.asked.read().only)
    }

    /// The page's query while this is looked for.
    pub(super) fn page_query(self) -> String {
        self.asked.read_untracked().write("")
    }

    /// The person wants to type.
    pub(super) fn focus(self) {
        if let Some(field) = self.field.get_untracked() {
            // It fails only for an element that has left the page.
            drop(field.focus());
            field.select();
        }
    }

    /// Shows nothing but the lines that this finds, and their neighbours.
    pub(super) fn list(self, query: LogQuery) {
        self.asked.update(|asked| asked.only = true);
        self.query.set(query);
        self.go(true);
    }

    /// Goes to the next match or the one before; what was typed anew is looked for first.
    pub(super) fn go(self, forward: bool) {
        let query = self.query.get_untracked();
        if self.asked.read_untracked().query != query {
            return self.begin(query, true);
        }
        match self.found.with_untracked(Found::needed).filter(|_| forward) {
            None => self.step(forward),
            Some(_) if self.busy.get_untracked() => {}
            Some(wanted) => self.fetch(wanted, true),
        }
    }

    fn step(self, forward: bool) {
        self.found.update(|found| found.step(forward));
        self.show();
    }

    fn show(self) {
        if let Some(line) = self.found.try_with_untracked(Found::line).flatten() {
            self.viewer.show(line);
        }
    }

    /// Looks for something else; `goes`: to the first match, not only to mark them.
    fn begin(self, query: LogQuery, goes: bool) {
        let turn = self.next_turn();
        self.asked.update(|asked| asked.query = query.clone());
        if query.text.is_empty() {
            self.found.set(Found::default());
            self.busy.set(false);
            return self.apply_filter();
        }
        self.busy.set(true);
        let near =
            self.viewer.shown().with_untracked(|shown| shown.selection.map_or(shown.first, |it| it.first));
        spawn_local(async move {
            let Some(answer) = self.ask(turn, &query, 0).await else { return };
            let found = match answer {
                Ok(page) => Found::begin(query, page, near),
                Err(error) => Found::failed(query, error.to_string()),
            };
            self.found.try_set(found);
            self.apply_filter();
            if goes {
                self.show();
            }
            self.go_on();
        });
    }

    fn next_turn(self) -> u32 {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.turn.get_value()
    }

    /// The server's answer; `None` if something else is looked for meanwhile, or the log was closed.
    async fn ask(self, turn: u32, query: &LogQuery, after: u64) -> Option<Result<LogMatches, api::Error>> {
        let run = self.run.try_get_value()?;
        let answer = api::log_search(&run, query, after).await;
        (self.turn.try_get_value() == Some(turn)).then_some(answer)
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
        let (turn, query) = (self.turn.get_value(), self.found.with_untracked(|found| found.query.clone()));
        let (Wanted::Lines(after) | Wanted::Count(after)) = wanted;
        spawn_local(async move {
            let Some(answer) = self.ask(turn, &query, after).await else { return };
            let Ok(page) = answer else {
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
    pub(super) fn toggle_filter(self) {
        self.asked.update(|asked| asked.only = !asked.only);
        self.apply_filter();
    }

    fn apply_filter(self) {
        let on = self.asked.try_with_untracked(|asked| asked.only) == Some(true);
        let lines = self.found.try_with_untracked(|found| found.lines().to_vec()).unwrap_or_default();
        let matches = (on && !lines.is_empty()).then_some(lines);
        if matches.is_some() || self.viewer.shown().try_read_untracked().is_some_and(|shown| shown.filters) {
            self.viewer.filter(matches);
        }
    }

    /// What the address asks for is looked for.
    fn take(self, asked: Asked, goes: bool) {
        let known = self.asked.get_untracked();
        if known == asked {
            return;
        }
        self.query.set(asked.query.clone());
        self.asked.update(|known| known.only = asked.only);
        if known.query == asked.query {
            self.apply_filter();
        } else {
            self.begin(asked.query, goes);
        }
    }
}

/// The search and the page's address say the same from here on; the lines show what was looked for.
pub(super) fn keep_in_address(search: Search, linked: bool) {
    let (location, navigate) = (use_location(), use_navigate());
    // A page that is just being left must not change the address of the next.
    let path = location.pathname.get_untracked();
    let shown = search.viewer.shown();
    let ready = Memo::new(move |_| shown.read().ready);
    Effect::new(move |_| {
        let asked = Asked::read(&location.search.read());
        if ready.get() {
            search.take(asked, !linked);
        }
    });
    Effect::new(move |before: Option<()>| {
        let asked = search.asked.get();
        search.viewer.mark(&asked);
        let now = location.search.get_untracked();
        // The first time, what the address asks for has not been taken yet.
        if before.is_some() && Asked::read(&now) != asked && location.pathname.get_untracked() == path {
            let to = format!("{path}{}{}", asked.write(&now), location.hash.get_untracked());
            let options = NavigateOptions {
                resolve: false,
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&to, options);
        }
    });
}
