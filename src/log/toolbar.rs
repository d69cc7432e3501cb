//! What stands above a log: its length, follow, search, download.

use lastmile_protocol::RunId;
use leptos::prelude::*;

use super::screen::Shown;
use super::viewer::Viewer;
use crate::api;
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
fn grouped(number: u64) -> String {
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

/// The toolbar.
#[component]
pub(super) fn Toolbar(
    /// The log.
    viewer: Viewer,
    /// The run.
    run: RunId,
    /// The short form, inside a card.
    compact: bool,
    /// Whether the run goes on.
    active: Signal<bool>,
) -> impl IntoView {
    let shown = viewer.shown();
    let length = Memo::new(move |_| length_text(&shown.read(), active.get()));
    let follows = Memo::new(move |_| shown.read().follow);
    let file = api::log_file(&run);
    let whole = links::run(&run);
    let searched = run.clone();
    // A log that grows no more has nothing to follow.
    let follow = move || {
        active.get().then(|| view! {
            <button type="button" class="button button--quiet button--small log__follow" aria-pressed=move || follows.get().to_string()
                on:click=move |_| viewer.follow(!follows.get_untracked())
            ><Glyph icon=Icon::ChevronDown/><span>"Follow"</span></button>
        })
    };
    view! {
        <div class="log__toolbar">
            <span class="log__length">{length}</span>
            <span class="log__tools">
                {(!compact).then(|| view! { <super::search::Search viewer run=searched/> })}
                {follow}
                {(!compact).then(|| {
                    let copy = move |()| copy_line_link(&run, shown.read_untracked().first);
                    view! { <CopyButton label="Copy link to this line" icon_only=true icon=Icon::Link on_copy=copy/> }
                })}
                {if compact {
                    view! { <ButtonLink small=true href=whole>"Whole log"</ButtonLink> }.into_any()
                } else {
                    view! { <a class="button button--quiet button--small" href=file rel="external" download=""><span>"Download"</span></a> }.into_any()
                }}
            </span>
        </div>
        {move || shown.read().error.clone().map(|why| view! {
            <div class="log__error" role="alert">
                <span>"Some lines could not be loaded. "{why}</span>
                <Button small=true icon=Icon::Retry on_press=move |()| viewer.retry()>"Try again"</Button>
            </div>
        })}
    }
}

fn copy_line_link(run: &RunId, first: u64) {
    let origin = window().location().origin().unwrap_or_default();
    // The button says "Copied" either way; a browser that forbids it shows its own notice.
    let _ = copy_text(&format!("{origin}{}", links::run_line(run, first)));
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
