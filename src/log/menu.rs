//! What can be chosen for all logs: how lines look; and what can be done with this one.

use lastmile_protocol::RunId;
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::search::Search;
use super::selection::Selection;
use super::settings::{Choice, Settings};
use super::viewer::Viewer;
use crate::api::{self, LogQuery};
use crate::components::{Glyph, Icon};

/// Finds lines that scripts have marked.
const REMARKS: &str = "^::(error|warning)[ :]";

/// The menu "View".
#[component]
pub(super) fn ViewMenu(
    /// How lines look.
    settings: RwSignal<Settings>,
) -> impl IntoView {
    view! {
        <details class="log__menu">
            <summary class="button button--quiet button--small"><span>"View"</span><Glyph icon=Icon::ChevronDown/></summary>
            <div class="log__choices">
                <Tick words="Wrap long lines" ticked=Signal::derive(move || settings.read().wrap)
                    flip=move |()| settings.update(|it| it.wrap = !it.wrap)/>
                <Tick words="Pretty JSON" ticked=Signal::derive(move || settings.read().pretty)
                    flip=move |()| settings.update(|it| it.pretty = !it.pretty)/>
                <Select words="Time" chosen=Signal::derive(move || settings.read().stamps)
                    choose=move |stamps| settings.update(|it| it.stamps = stamps)/>
                <Select words="Text size" chosen=Signal::derive(move || settings.read().size)
                    choose=move |size| settings.update(|it| it.size = size)/>
            </div>
        </details>
    }
}

#[component]
fn Tick(words: &'static str, ticked: Signal<bool>, #[prop(into)] flip: Callback<()>) -> impl IntoView {
    view! {
        <label class="log__choice">
            <input type="checkbox" prop:checked=ticked on:change=move |_| flip.run(())/><span>{words}</span>
        </label>
    }
}

#[component]
fn Select<T: Choice>(
    words: &'static str,
    chosen: Signal<T>,
    #[prop(into)] choose: Callback<T>,
) -> impl IntoView {
    let options =
        T::ALL.iter().map(|(_, name, words)| view! { <option value=*name>{*words}</option> }).collect_view();
    view! {
        <label class="log__choice">
            <span>{words}</span>
            <select class="control" aria-label=words prop:value=move || chosen.get().name()
                on:change=move |event| choose.run(T::named(&event_target_value(&event)))
            >{options}</select>
        </label>
    }
}

/// The menu "More": a line by its number, marked lines, the file.
#[component]
pub(super) fn MoreMenu(
    /// The log.
    viewer: Viewer,
    /// The run.
    run: RunId,
    /// The search, which finds marked lines.
    search: Search,
    /// The field for a line's number.
    field: NodeRef<html::Input>,
    /// The menu itself: a key opens it.
    menu: NodeRef<html::Details>,
) -> impl IntoView {
    let navigate = use_navigate();
    let file = api::log_file(&run);
    let go = move |event: web_sys::KeyboardEvent| {
        let typed = field.get_untracked().filter(|_| event.key() == "Enter").map(|field| field.value());
        match typed.as_deref().and_then(lines_typed) {
            Some(Lines::One(line)) => viewer.go_to(line),
            Some(Lines::Several(selection)) => {
                navigate(
                    &selection.link_with(&run, &search.page_query()),
                    NavigateOptions { scroll: false, ..NavigateOptions::default() },
                );
            }
            None => return,
        }
        close(menu);
    };
    let remarks = move |_| {
        search.list(LogQuery { text: REMARKS.to_owned(), regex: true, exact: true });
        close(menu);
    };
    let raw = format!("{file}?escapes=keep");
    view! {
        <details class="log__menu" node_ref=menu>
            <summary class="button button--quiet button--small"><span>"More"</span><Glyph icon=Icon::ChevronDown/></summary>
            <div class="log__choices">
                <label class="log__choice">
                    <span>"Go to line"</span>
                    <input class="control" placeholder="120 or 120-140" autocomplete="off" size="15" node_ref=field on:keydown=go/>
                </label>
                <button type="button" class="button button--quiet button--small" on:click=remarks><span>"List errors and warnings"</span></button>
                <a class="button button--quiet button--small" href=file rel="external" download=""><span>"Download"</span></a>
                <a class="button button--quiet button--small" href=raw rel="external" download=""><span>"Download with escape sequences"</span></a>
            </div>
        </details>
    }
}

fn close(menu: NodeRef<html::Details>) {
    if let Some(menu) = menu.get_untracked() {
        menu.set_open(false);
    }
}

/// What somebody typed to go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lines {
    /// A line, to look at.
    One(u64),
    /// Several, to point at: the only way to several for a finger.
    Several(Selection),
}

fn lines_typed(text: &str) -> Option<Lines> {
    let Some((first, last)) = text.split_once(['-', '–']) else { return line_number(text).map(Lines::One) };
    let (first, last) = (line_number(first)?, line_number(last)?);
    Some(Lines::Several(Selection::line(first).reaching(last)))
}

/// A line's number, counted from 0: digits, apart by anything that people put between them.
fn line_number(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse::<u64>().ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_counted_from_one_and_may_be_written_in_groups() {
        assert_eq!(lines_typed("9,999,999"), Some(Lines::One(9_999_998)));
        assert_eq!(lines_typed(" L12 "), Some(Lines::One(11)));
        assert_eq!(lines_typed("0"), None);
        assert_eq!(lines_typed(""), None);
    }

    #[test]
    fn two_numbers_are_all_lines_between_them() {
        let several = Some(Lines::Several(Selection { first: 119, last: 139 }));
        assert_eq!(lines_typed("120-140"), several);
        assert_eq!(lines_typed("L140 – L120"), several);
        assert_eq!(lines_typed("120-"), None);
    }
}
