//! The bar above every page.

use lastmile_protocol::Person;
use leptos::prelude::*;

use super::button::ButtonLink;
use super::element_id::element_id;
use super::icon::{Glyph, Icon};
use super::person::PersonName;
use super::theme::ThemeSwitch;

/// Whether news from the server reaches the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// No stream is wanted, as on the sign-in page: nothing is shown.
    #[default]
    Off,
    /// News arrives at once.
    Live,
    /// The stream is down and being opened again; what is shown may be old.
    Reconnecting,
}

/// Brand, navigation, person and theme.
#[component]
pub fn SiteHeader(
    /// Who is signed in; `None` hides navigation and menu.
    #[prop(into)]
    person: Signal<Option<Person>>,
    /// How many runs wait for this person's answer.
    #[prop(into)]
    to_answer: Signal<u32>,
    /// How many broken glasses wait for this person's review.
    #[prop(optional, into)]
    to_review: Signal<u32>,
    /// Whether this person may read the audit record: only then there is a link to it.
    #[prop(optional, into)]
    audit: Signal<bool>,
    /// How the live stream does.
    #[prop(into)]
    connection: Signal<Connection>,
    /// The path of the page, to mark its link.
    #[prop(into)]
    path: Signal<String>,
    /// Sign out.
    #[prop(into)]
    on_sign_out: Callback<()>,
) -> impl IntoView {
    let nav = move || person.read().is_some().then(|| view! { <Navigation to_answer to_review audit path/> });
    let menu = move || person.get().map(|person| view! { <PersonMenu person on_sign_out/> });
    view! {
        <header class="site-header">
            <a class="skip-link" href="#main">"Skip to content"</a>
            <a class="site-header__brand" href="/"><Brand/>"Lastmile"</a>
            {nav}
            <div class="site-header__end">
                <ConnectionSign connection/>
                <ThemeSwitch/>
                {menu}
            </div>
        </header>
    }
}

#[component]
fn Brand() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <path d="M7 23h6.5l5-14H25"/>
            <circle cx="25" cy="9" r="3.2"/>
        </svg>
    }
}

#[component]
fn Navigation(
    to_answer: Signal<u32>,
    to_review: Signal<u32>,
    audit: Signal<bool>,
    path: Signal<String>,
) -> impl IntoView {
    let mark = move |section: Section| move || (section_of(&path.read()) == Some(section)).then_some("page");
    let badge = move || {
        count_words(to_answer.get(), to_review.get()).map(|(count, words)| {
            view! { <span class="count">{count}<span class="visually-hidden">" "{words}</span></span> }
        })
    };
    view! {
        <nav class="site-header__nav" aria-label="Main">
            <a href="/" aria-current=mark(Section::Runbooks)>"Runbooks"</a>
            <a href="/runs" aria-current=mark(Section::Runs)>"Runs"</a>
            <a href="/approvals" aria-current=mark(Section::Approvals)>"Approvals"<span role="status">{badge}</span></a>
            {move || audit.get().then(|| view! { <a href="/audit" aria-current=mark(Section::Audit)>"Audit"</a> })}
        </nav>
    }
}

/// One number for all that waits for a person, and what they are to do.
fn count_words(to_answer: u32, to_review: u32) -> Option<(u32, &'static str)> {
    match (to_answer, to_review) {
        (0, 0) => None,
        (count, 0) => Some((count, "to answer")),
        (0, count) => Some((count, "to review")),
        (answers, reviews) => Some((answers + reviews, "to answer or review")),
    }
}

/// A part of the app that has its own link in the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Runbooks,
    Runs,
    Approvals,
    Audit,
}

fn section_of(path: &str) -> Option<Section> {
    match path.split('/').nth(1) {
        Some("" | "runbooks") => Some(Section::Runbooks),
        Some("runs") => Some(Section::Runs),
        Some("approvals" | "watching") => Some(Section::Approvals),
        Some("audit") => Some(Section::Audit),
        _ => None,
    }
}

#[component]
fn ConnectionSign(connection: Signal<Connection>) -> impl IntoView {
    let sign = move || match connection.get() {
        Connection::Off => None,
        Connection::Live => {
            Some(("connection connection--live", "Live", "News from the server arrives at once"))
        }
        Connection::Reconnecting => Some((
            "connection connection--down",
            "Reconnecting",
            "The connection is down and being opened again: what you see may be old",
        )),
    };
    view! {
        <span role="status">
            {move || sign().map(|(class, word, title)| view! {
                <span class=class title=title><span class="connection__dot" aria-hidden="true"></span><span class="connection__word">{word}</span></span>
            })}
        </span>
    }
}

#[component]
fn PersonMenu(person: Person, on_sign_out: Callback<()>) -> impl IntoView {
    let label = format!("Signed in as {}", person.name);
    let panel = element_id("menu");
    // The browser's own popover: it closes on Escape and on a click elsewhere, and gives the focus back.
    view! {
        <button type="button" class="button button--quiet menu__button" popovertarget=panel.clone() aria-label=label>
            <PersonName person=person.clone() short=true/>
            <Glyph icon=Icon::ChevronDown/>
        </button>
        <div class="menu__panel" id=panel popover="auto">
            <PersonName person/>
            <ButtonLink href="/tokens" icon=Icon::Lock>"API tokens"</ButtonLink>
            <button type="button" class="button" on:click=move |_| on_sign_out.run(())>
                <Glyph icon=Icon::SignOut/><span>"Sign out"</span>
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_stands_for_all_that_waits() {
        assert_eq!(count_words(0, 0), None);
        assert_eq!(count_words(2, 0), Some((2, "to answer")));
        assert_eq!(count_words(0, 1), Some((1, "to review")));
        assert_eq!(count_words(2, 1), Some((3, "to answer or review")));
    }

    #[test]
    fn a_page_below_a_section_marks_its_link() {
        assert_eq!(section_of("/"), Some(Section::Runbooks));
        assert_eq!(section_of("/runbooks/net/port"), Some(Section::Runbooks));
        assert_eq!(section_of("/runs/0199"), Some(Section::Runs));
        assert_eq!(section_of("/styleguide"), None);
    }
}
