//! A button that copies, and says that it has.

use std::time::Duration;

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// Copies something. The owner does the copying; the button shows "Copied" for a moment.
#[component]
pub fn CopyButton(
    /// What a press copies, such as "Copy link".
    #[prop(into)]
    label: String,
    /// Shows the icon alone; the label goes to the tooltip and to screen readers.
    #[prop(optional)]
    icon_only: bool,
    /// The icon at rest.
    #[prop(default = Icon::Copy)]
    icon: Icon,
    /// Does the copying, see [`super::clipboard::copy_text`].
    #[prop(into)]
    on_copy: Callback<()>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let press = move |_| {
        on_copy.run(());
        copied.set(true);
        set_timeout(
            move || {
                copied.try_set(false);
            },
            Duration::from_secs(2),
        );
    };
    let text = {
        let label = label.clone();
        move || if copied.get() { "Copied".to_owned() } else { label.clone() }
    };
    let class = if icon_only {
        "button button--quiet button--small button--icon"
    } else {
        "button button--quiet button--small"
    };
    view! {
        <button type="button" class=class class:button--copied=copied title=icon_only.then_some(label) on:click=press>
            {move || view! { <Glyph icon=if copied.get() { Icon::Check } else { icon }/> }}
            <span class:visually-hidden=icon_only aria-live="polite">{text}</span>
        </button>
    }
}
