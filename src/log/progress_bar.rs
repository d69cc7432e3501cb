//! A bar that shows how far a run says that it is.

use leptos::prelude::*;

use super::progress::{Mood, Progress};

/// The bar, with what is being done.
#[component]
pub(super) fn ProgressBar(
    /// How far it is; `None`: nothing is shown.
    progress: Signal<Option<Progress>>,
) -> impl IntoView {
    let shown = Memo::new(move |_| progress.read().is_some());
    let mood = move || match progress.read().as_ref().map(|it| it.mood) {
        Some(Mood::Error) => "log__progress log__progress--error",
        Some(Mood::Paused) => "log__progress log__progress--paused",
        _ => "log__progress",
    };
    let percent = move || progress.read().as_ref().and_then(|it| it.percent);
    let words = move || {
        let progress = progress.read();
        let Some(progress) = progress.as_ref() else { return String::new() };
        let mood = match progress.mood {
            Mood::Normal => "",
            Mood::Error => "Error",
            Mood::Paused => "Paused",
        };
        let parts = [mood, &progress.number(), &progress.text];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    move || {
        shown.get().then(|| {
            view! {
                <div class=mood>
                    <progress class="log__bar" aria-label="Progress" max="100" value=percent></progress>
                    <span class="log__doing">{words}</span>
                </div>
            }
        })
    }
}
