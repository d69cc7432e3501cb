//! Something could not be loaded.

use leptos::prelude::*;

use super::button::Button;
use super::icon::{Glyph, Icon};

/// What went wrong, and a way to try again.
#[component]
pub fn ErrorPanel(
    /// What happened and what to do next, as the server or the browser said it.
    #[prop(into)]
    message: String,
    /// A short heading.
    #[prop(default = "This could not be loaded".to_owned(), into)]
    title: String,
    /// Tries again; left out, there is no such button.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="error-panel" role="alert">
            <Glyph icon=Icon::Warning/>
            <div class="error-panel__text">
                <p class="error-panel__title">{title}</p>
                <p>{message}</p>
            </div>
            {on_retry.map(|on_press| view! {
                <Button icon=Icon::Retry on_press=on_press>"Try again"</Button>
            })}
        </div>
    }
}
