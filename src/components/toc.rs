//! A page's table of contents.

mod reading;

use lastmile_runbook::HeadingRef;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use self::reading::reading;

/// The entry that is read.
const MARKED: &str = "[aria-current]";

/// Links to the headings of levels 2 and 3, with the one that is being read marked; nothing if there are fewer
/// than two. A text that uses level 1 for its sections is listed by that.
#[component]
pub fn Toc(
    /// The runbook's headings.
    headings: Vec<HeadingRef>,
    /// The id of the heading to mark; without it the list follows the page.
    #[prop(default = None)]
    current: Option<String>,
) -> impl IntoView {
    let shown = listed(headings);
    (shown.len() > 1).then(|| {
        let current = match current {
            Some(id) => Signal::stored(Some(id)),
            None => reading(shown.iter().map(|heading| heading.id.clone()).collect()),
        };
        let list = NodeRef::<html::Nav>::new();
        let ids: Vec<_> = shown.iter().map(|heading| heading.id.clone()).collect();
        // One for all entries: a long text has hundreds.
        Effect::new(move |_| {
            let at = current.read().as_ref().and_then(|current| ids.iter().position(|id| id == current));
            if let Some(list) = list.get() {
                mark(&list, at);
                request_animation_frame(move || keep_in_view(&list));
            }
        });
        view! {
            <nav class="toc" aria-label="On this page" node_ref=list>
                <details open=is_beside_the_text()>
                    <summary class="toc__title">"On this page"</summary>
                    <ol>{shown.into_iter().map(entry).collect_view()}</ol>
                </details>
            </nav>
        }
    })
}

/// Whether the window is wide enough for two columns, as in `style/layout.css`. Above the text, a long list would
/// hide it, so there it is opened when it is asked for.
fn is_beside_the_text() -> bool {
    window().match_media("(min-width: 72rem)").ok().flatten().is_some_and(|query| query.matches())
}

fn entry(HeadingRef { level, id, text }: HeadingRef) -> impl IntoView {
    let href = format!("#{}", crate::query::encode(&id));
    view! {
        <li class="toc__item" class:toc__item--deep=level == 3>
            <a href=href>{text}</a>
        </li>
    }
}

/// Marks the entry at `at`, and no other.
fn mark(list: &HtmlElement, at: Option<usize>) {
    if let Ok(Some(before)) = list.query_selector(MARKED) {
        // These fail only for names that are none.
        drop(before.remove_attribute("aria-current"));
    }
    let entries = list.query_selector_all(".toc__item > a").ok();
    let entry = at.and_then(|at| entries?.get(u32::try_from(at).ok()?));
    if let Some(entry) = entry.and_then(|entry| entry.dyn_into::<Element>().ok()) {
        drop(entry.set_attribute("aria-current", "location"));
    }
}

/// Levels 2 and 3; where there are several of level 1 besides the title, these and level 2.
fn listed(headings: Vec<HeadingRef>) -> Vec<HeadingRef> {
    let tops = headings.iter().filter(|heading| heading.level == 1).count();
    let deepest = headings.iter().any(|heading| heading.level == 2);
    let levels = if tops > 1 || !deepest { 1..=3 } else { 2..=3 };
    let is_title = |at: usize, heading: &HeadingRef| at == 0 && heading.level == 1;
    let kept = headings.into_iter().enumerate();
    kept.filter(|(at, heading)| levels.contains(&heading.level) && !is_title(*at, heading))
        .map(|(_, heading)| heading)
        .collect()
}

/// Scrolls the list, and nothing else, so that the marked entry can be seen.
fn keep_in_view(list: &HtmlElement) {
    let Ok(Some(marked)) = list.query_selector(MARKED) else { return };
    let Ok(marked) = marked.dyn_into::<HtmlElement>() else { return };
    let (area, entry) = (list.get_bounding_client_rect(), marked.get_bounding_client_rect());
    let beyond = if entry.top() < area.top() {
        entry.top() - area.top()
    } else {
        (entry.bottom() - area.bottom()).max(0.0)
    };
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a list")]
    list.set_scroll_top(list.scroll_top() + beyond.round() as i32);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(headings: &[(u8, &str)]) -> Vec<String> {
        let heading =
            |&(level, id): &(u8, &str)| HeadingRef { level, id: id.to_owned(), text: id.to_owned() };
        listed(headings.iter().map(heading).collect()).into_iter().map(|heading| heading.id).collect()
    }

    #[test]
    fn sections_are_listed_and_the_title_is_not() {
        assert_eq!(ids(&[(1, "title"), (2, "a"), (3, "b"), (4, "c")]), ["a", "b"]);
        assert_eq!(ids(&[(2, "a"), (3, "b")]), ["a", "b"]);
        assert_eq!(ids(&[(1, "title"), (1, "a"), (2, "b")]), ["a", "b"]);
        assert_eq!(ids(&[(1, "title"), (3, "a")]), ["a"]);
    }
}
