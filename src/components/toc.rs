//! A page's table of contents.

use lastmile_runbook::HeadingRef;
use leptos::prelude::*;

/// Links to the headings of levels 2 and 3; nothing if there are fewer than two.
#[component]
pub fn Toc(
    /// The runbook's headings.
    headings: Vec<HeadingRef>,
    /// The id of the heading that is being read.
    #[prop(optional, into)]
    current: Signal<Option<String>>,
) -> impl IntoView {
    let shown: Vec<_> = headings.into_iter().filter(|heading| (2..=3).contains(&heading.level)).collect();
    let links = |shown: Vec<HeadingRef>| {
        shown
            .into_iter()
            .map(|HeadingRef { level, id, text }| {
                let href = format!("#{id}");
                let here = move || current.read().as_deref().is_some_and(|current| current == id);
                view! {
                    <li class="toc__item" class:toc__item--deep=level == 3>
                        <a href=href aria-current=move || here().then_some("location")>{text}</a>
                    </li>
                }
            })
            .collect_view()
    };
    (shown.len() > 1).then(|| {
        view! {
            <nav class="toc" aria-label="On this page">
                <p class="toc__title">"On this page"</p>
                <ol>{links(shown)}</ol>
            </nav>
        }
    })
}
