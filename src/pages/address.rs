//! The page's own query string: filters live in the address, so that a link shows the same list.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use crate::query;

/// Goes to an address; `true` replaces the one that is shown.
type Go = Box<dyn Fn(&str, bool) + Send + Sync>;

/// Reads and changes the query of the page's address.
#[derive(Clone, Copy)]
pub struct Address {
    path: Memo<String>,
    search: Memo<String>,
    go: StoredValue<Go>,
}

/// The address of the page below which it is called.
#[must_use]
pub fn use_address() -> Address {
    let location = use_location();
    let navigate = use_navigate();
    let go = move |to: &str, replace: bool| {
        navigate(
            to,
            NavigateOptions { resolve: false, replace, scroll: false, ..NavigateOptions::default() },
        );
    };
    // The path is kept as it was: a page that is just being left must not change the address of the next.
    let path = location.pathname.get_untracked();
    Address {
        path: Memo::new(move |_| path.clone()),
        search: location.search,
        go: StoredValue::new(Box::new(go)),
    }
}

impl Address {
    /// The query string, without `?`.
    #[must_use]
    pub fn search(self) -> String {
        self.search.get()
    }

    /// A parameter's value; empty where it is absent.
    #[must_use]
    pub fn param(self, name: &'static str) -> Signal<String> {
        Memo::new(move |_| query::get(&self.search.read(), name).unwrap_or_default()).into()
    }

    /// A parameter's value now.
    #[must_use]
    pub fn get_untracked(self, name: &str) -> String {
        query::get(&self.search.read_untracked(), name).unwrap_or_default()
    }

    /// Sets a parameter as a step that "back" takes back; empty takes it out. Another page of the list begins anew.
    pub fn push(self, name: &str, value: &str) {
        let search = query::with(&self.search.read_untracked(), "before", "");
        self.visit(&query::with(&search, name, value), false);
    }

    /// Sets a parameter without a step of its own, as for each typed letter.
    pub fn replace(self, name: &str, value: &str) {
        self.visit(&query::with(&self.search.read_untracked(), name, value), true);
    }

    /// Takes parameters out.
    pub fn clear(self, names: &[&str]) {
        let search = self.search.get_untracked();
        self.visit(&names.iter().fold(search, |search, name| query::with(&search, name, "")), false);
    }

    fn visit(self, search: &str, replace: bool) {
        let to = format!("{}{}", self.path.read_untracked(), search_mark(search));
        self.go.with_value(|go| go(&to, replace));
    }
}

fn search_mark(search: &str) -> String {
    if search.is_empty() || search.starts_with('?') { search.to_owned() } else { format!("?{search}") }
}
