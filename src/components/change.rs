//! What has changed between two texts.

use leptos::prelude::*;

use super::diff::DiffLine;
use super::visible::visible;

/// Before and after, line by line; characters that hide are shown.
#[component]
pub fn Change(
    /// What was, against what is now, see [`super::diff`].
    lines: Vec<DiffLine>,
    /// What this is to somebody who can't see it.
    #[prop(default = "What changed in the script")]
    label: &'static str,
) -> impl IntoView {
    let lines = lines.into_iter().map(|line| {
        let (class, sign, word, text) = match line {
            DiffLine::Same(text) => ("diff__line", " ", "", visible(&text)),
            DiffLine::Gone(text) => ("diff__line diff__line--gone", "−", "removed: ", visible(&text)),
            DiffLine::New(text) => ("diff__line diff__line--new", "+", "added: ", visible(&text)),
            DiffLine::Skipped(1) => {
                ("diff__line diff__line--skipped", "⋯", "", "1 line is the same".to_owned())
            }
            DiffLine::Skipped(count) => {
                ("diff__line diff__line--skipped", "⋯", "", format!("{count} lines are the same"))
            }
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
        <pre class="diff" tabindex="0" role="group" aria-label=label><code>{lines.collect_view()}</code></pre>
    }
}
