//! The page's own query string: filters live in the address, so that a link shows the same list.

use leptos::{ev::MouseEvent, prelude::*};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use wasm_bindgen::JsCast as _;

use crate::{links, query};

/// Goes to an address; `true` replaces the one that is shown.
type Go = Box<dyn Fn(&str, bool) + Send + Sync>;

/// Reads and changes the query of the page's address.
#[derive(Clone, Copy)]
pub struct Address {
    path: Memo<String>,
    search: Memo<String>,
    go: StoredValue<Go>,
}

/// The name that the page's path ends with, behind `under`. The router's own parameter would be decoded twice, so that
/// `100%25.md` were taken for `100%.md`. On the way to another page it stays what it was.
#[must_use]
pub fn use_named(under: &'static str) -> Memo<String> {
    let path = use_location().pathname;
    Memo::new(move |before: Option<&String>| {
        links::named(&path.read(), under).unwrap_or_else(|| before.cloned().unwrap_or_default())
    })
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

/// Opens links whose path holds an escaped percent sign.
///
/// The router writes a link's path decoded into the address bar: `100%25.md`'s page would then be that of `100%.md`
/// after a reload. Its own navigation keeps the path, so these links are taken there before it sees the click.
pub fn escapes_stay() -> impl Fn(MouseEvent) + 'static {
    let navigate = use_navigate();
    move |event| {
        let plain = event.button() == 0
            && !(event.default_prevented()
                || event.meta_key()
                || event.alt_key()
                || event.ctrl_key()
                || event.shift_key());
        let link = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = link.and_then(|element| element.closest("a[href]").ok().flatten());
        let Some(link) =
            link.filter(|link| plain && !link.has_attribute("target") && !link.has_attribute("download"))
        else {
            return;
        };
        let href = link.get_attribute("href").unwrap_or_default();
        let path = href.split(['?', '#']).next().unwrap_or_default();
        if path.starts_with('/') && !path.starts_with("//") && path.contains("%25") {
            event.prevent_default();
            navigate(&href, NavigateOptions { resolve: false, ..NavigateOptions::default() });
        }
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
