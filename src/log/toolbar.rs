//! What stands above a log: its length, follow, search, menus, what to do with selected lines.

use lastmile_protocol::RunId;
use leptos::{html, prelude::*, task::spawn_local};

use super::copy;
use super::menu::{MoreMenu, ViewMenu};
use super::reader::Shown;
use super::search::Search;
use super::search_field::SearchField;
use super::selection::Selection;
use super::settings::Settings;
use super::viewer::Viewer;
use crate::components::clipboard::copy_text;
use crate::components::{Button, ButtonLink, CopyButton, Glyph, Icon};
use crate::links;

/// "1 line", "100 000 lines"; what is still growing says so.
#[must_use]
pub(super) fn length_text(shown: &Shown, active: bool) -> String {
    if !shown.ready {
        return "Loading…".to_owned();
    }
    let lines = grouped(shown.head.lines);
    let noun = if shown.head.lines == 1 { "line" } else { "lines" };
    if active && !shown.head.finished { format!("{lines} {noun} so far") } else { format!("{lines} {noun}") }
}

/// Digits in groups of three, apart by thin spaces.
#[must_use]
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// What the toolbar of a whole log works with.
#[derive(Clone, Copy)]
pub(super) struct Tools {
    pub(super) search: Search,
    pub(super) settings: RwSignal<Settings>,
    /// The field for a line's number, and the menu that it is in.
    pub(super) field: NodeRef<html::Input>,
    pub(super) menu: NodeRef<html::Details>,
}

/// The toolbar.
#[component]
pub(super) fn Toolbar(
    /// The log.
    viewer: Viewer,
    /// The run.
    run: RunId,
    /// What the log is called.
    label: String,
    /// The tools; `None`: the short form, inside a card.
    tools: Option<Tools>,
    /// Whether the run goes on.
    active: Signal<bool>,
) -> impl IntoView {
    let shown = viewer.shown();
    let length = Memo::new(move |_| length_text(&shown.read(), active.get()));
    let whole = links::run(&run);
    let rest = match tools {
        None => view! { <ButtonLink small=true href=whole>"Whole log"</ButtonLink> }.into_any(),
        Some(Tools { settings, search, field, menu }) => {
            view! { <ViewMenu settings/><MoreMenu viewer run=run.clone() search field menu/> }.into_any()
        }
    };
    view! {
        <div class="log__toolbar">
            <span class="log__length">{length}</span>
            {tools.map(|tools| view! { <SearchField search=tools.search/> })}
            <span class="log__tools"><FollowButton viewer active/>{rest}</span>
        </div>
        {tools.is_some().then(|| view! { <SelectedLines viewer run label/> })}
        {move || shown.read().error.clone().map(|why| view! {
            <div class="log__error" role="alert">
                <span>"Some lines could not be loaded. "{why}</span>
                <Button small=true icon=Icon::Retry on_press=move |()| viewer.retry()>"Try again"</Button>
            </div>
        })}
    }
}

/// A log that grows no more has nothing to follow.
#[component]
fn FollowButton(viewer: Viewer, active: Signal<bool>) -> impl IntoView {
    let follows = Memo::new(move |_| viewer.shown().read().follow);
    move || {
        active.get().then(|| view! {
            <button type="button" class="button button--quiet button--small log__toggle" aria-pressed=move || follows.get().to_string()
                on:click=move |_| viewer.follow(!follows.get_untracked())
            ><Glyph icon=Icon::ChevronDown/><span>"Follow"</span></button>
        })
    }
}

/// What can be done with the lines that the address names.
#[component]
fn SelectedLines(viewer: Viewer, run: RunId, label: String) -> impl IntoView {
    let selected = Memo::new(move |_| viewer.shown().read().selection);
    let (run, label) = (StoredValue::new(run), StoredValue::new(label));
    let lines = move |how: fn(&str, &str, Selection, &str) -> String| {
        let Some(selection) = selected.get_untracked() else { return };
        let (run, label) = (run.get_value(), label.get_value());
        spawn_local(async move {
            if let Ok(text) = copy::text(&run, selection).await {
                // The button says "Copied" either way; a browser that forbids it shows its own notice.
                let _ = copy_text(&how(&label, &address(&run, selection), selection, &text));
            }
        });
    };
    let link = move |()| {
        if let Some(selection) = selected.get_untracked() {
            let _ = copy_text(&address(&run.get_value(), selection));
        }
    };
    move || {
        selected.get().map(|selection| view! {
            <div class="log__selected" role="group" aria-label="Selected lines">
                <span class="log__length">{capital(&selection.words())}</span>
                <CopyButton label="Copy link" icon=Icon::Link on_copy=link/>
                <CopyButton label="Copy text" on_copy=move |()| lines(|_, _, _, text| text.to_owned())/>
                <CopyButton label="Copy as Markdown" icon=Icon::Ticket on_copy=move |()| lines(copy::markdown)/>
            </div>
        })
    }
}

fn address(run: &RunId, selection: Selection) -> String {
    format!("{}{}", window().location().origin().unwrap_or_default(), selection.link(run))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::LogHead;

    use super::*;

    #[test]
    fn the_length_is_readable_and_says_whether_it_grows() {
        let shown = |lines, finished| Shown {
            head: LogHead { lines, bytes: 0, finished },
            ready: true,
            ..Shown::default()
        };
        assert_eq!(length_text(&shown(1, true), false), "1 line");
        assert_eq!(length_text(&shown(1_234_567, true), false), "1\u{202f}234\u{202f}567 lines");
        assert_eq!(length_text(&shown(999, false), true), "999 lines so far");
        assert_eq!(length_text(&Shown::default(), true), "Loading…");
    }
}
