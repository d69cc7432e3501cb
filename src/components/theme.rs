//! Light, dark, or as the system has it.
//!
//! The choice is kept in this browser. A script in the page's head sets it before the first paint; from then on it
//! is changed here.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

const STORAGE_KEY: &str = "lastmile.theme";

/// A choice of theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::System];

    const fn name(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    const fn look(self) -> (&'static str, Icon) {
        match self {
            Self::System => ("System theme", Icon::Monitor),
            Self::Light => ("Light theme", Icon::Sun),
            Self::Dark => ("Dark theme", Icon::Moon),
        }
    }

    /// What this browser remembers.
    #[must_use]
    pub fn stored() -> Self {
        let stored = storage().and_then(|storage| storage.get_item(STORAGE_KEY).ok().flatten());
        Self::ALL.into_iter().find(|theme| theme.name() == stored.as_deref()).unwrap_or_default()
    }

    /// Shows the page in it and remembers it.
    pub fn choose(self) {
        let Some(root) = document().document_element() else { return };
        // Both can fail only where the browser forbids storage; the choice then holds until the page is left.
        if let Some(name) = self.name() {
            drop(root.set_attribute("data-theme", name));
            drop(storage().map(|storage| storage.set_item(STORAGE_KEY, name)));
        } else {
            drop(root.remove_attribute("data-theme"));
            drop(storage().map(|storage| storage.remove_item(STORAGE_KEY)));
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Three buttons: light, dark, system.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let chosen = RwSignal::new(Theme::stored());
    let buttons = Theme::ALL.map(|theme| {
        let (words, icon) = theme.look();
        let press = move |_| {
            theme.choose();
            chosen.set(theme);
        };
        view! {
            <button type="button" class="segmented__button" title=words aria-label=words
                aria-pressed=move || (chosen.get() == theme).to_string() on:click=press
            ><Glyph icon/></button>
        }
    });
    view! { <div class="segmented" role="group" aria-label="Theme">{buttons.into_iter().collect_view()}</div> }
}
