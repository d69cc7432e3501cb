//! What has changed in the script since the page was opened.

use leptos::prelude::*;

use super::diff::DiffLine;

/// Before and after, line by line.
#[component]
pub(super) fn Change(
    /// The script as the page showed it, against the script as it stands in the file.
    lines: Vec<DiffLine>,
) -> impl IntoView {
    let lines = lines.into_iter().map(|line| {
        let (class, sign, word, text) = match line {
            DiffLine::Same(text) => ("diff__line", " ", "", text),
            DiffLine::Gone(text) => ("diff__line diff__line--gone", "−", "removed: ", text),
            DiffLine::New(text) => ("diff__line diff__line--new", "+", "added: ", text),
        };
        view! {
            <span class=class>
                <span class="diff__sign" aria-hidden="true">{sign}</span>
                <span class="visually-hidden">{word}</span>
                {text}"\n"
            </span>
        }
    });
    view! {
        <pre class="diff" tabindex="0" role="group" aria-label="What changed in the script"><code>{lines.collect_view()}</code></pre>
    }
}
