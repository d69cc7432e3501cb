//! A box that says something beside the flow of the page.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// How serious it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    #[default]
    Info,
    /// It went well.
    Success,
    /// Worth a look.
    Warning,
    /// It is bad.
    Danger,
}

impl Tone {
    const fn look(self) -> (&'static str, Icon) {
        match self {
            Self::Info => ("notice notice--info", Icon::Info),
            Self::Success => ("notice notice--success", Icon::Check),
            Self::Warning => ("notice notice--warning", Icon::Warning),
            Self::Danger => ("notice notice--danger", Icon::Warning),
        }
    }
}

/// A notice. One that appears while the page is open says so with `live`.
#[component]
pub fn Notice(
    /// How serious it is.
    #[prop(optional)]
    tone: Tone,
    /// A short heading.
    #[prop(optional, into)]
    title: Option<String>,
    /// Announce it: it came up after the page was drawn.
    #[prop(optional)]
    live: bool,
    /// The text, and what can be done about it.
    children: Children,
) -> impl IntoView {
    let (class, icon) = tone.look();
    let role = match (live, tone) {
        (false, _) => "note",
        (true, Tone::Danger | Tone::Warning) => "alert",
        (true, _) => "status",
    };
    view! {
        <div class=class role=role>
            <Glyph icon/>
            <div class="notice__body">
                {title.map(|title| view! { <p class="notice__title">{title}</p> })}
                {children()}
            </div>
        </div>
    }
}
