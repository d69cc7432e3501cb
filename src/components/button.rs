//! Buttons, and links that look like them.

use leptos::prelude::*;

use super::element_id::element_id;
use super::icon::{Glyph, Icon};

/// How much a button wants to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// The one thing to do here.
    Primary,
    /// One of several things to do.
    #[default]
    Secondary,
    /// It breaks something, as its author says.
    Danger,
    /// It should not draw the eye.
    Quiet,
}

impl Variant {
    /// The CSS classes of a button of this kind.
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button--primary",
            Self::Secondary => "button",
            Self::Danger => "button button--danger",
            Self::Quiet => "button button--quiet",
        }
    }
}

/// A button. While busy or blocked it keeps the focus and can be read, but a press does nothing.
#[component]
pub fn Button(
    /// How it looks.
    #[prop(optional)]
    variant: Variant,
    /// An icon before the label.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Smaller, for use inside rows and cards.
    #[prop(optional)]
    small: bool,
    /// Something is under way: a second press waits for the first.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it may not be pressed; `None` means it may.
    #[prop(optional, into)]
    blocked: Signal<Option<String>>,
    /// Called once a press.
    #[prop(into)]
    on_press: Callback<()>,
    /// The label.
    children: Children,
) -> impl IntoView {
    let why_id = element_id("why");
    let described = why_id.clone();
    let off = move || busy.get() || blocked.read().is_some();
    let mark = move || {
        let shown = if busy.get() { Some(Icon::Spinner) } else { icon };
        shown.map(|icon| view! { <Glyph icon/> })
    };
    view! {
        <button type="button" class=variant.class() class:button--small=small
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || off().then_some("true")
            aria-describedby=move || blocked.read().is_some().then(|| described.clone())
            on:click=move |_| if !off() { on_press.run(()) }
        >{mark}<span>{children()}</span></button>
        {move || blocked.get().map(|why| view! {
            <p class="button-why" id=why_id.clone()><Glyph icon=Icon::Lock/>{why}</p>
        })}
    }
}

/// A link with the looks of a button: it leads somewhere and changes nothing.
#[component]
pub fn ButtonLink(
    /// How it looks.
    #[prop(optional)]
    variant: Variant,
    /// An icon before the label.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Smaller, for use inside rows and cards.
    #[prop(optional)]
    small: bool,
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// The label.
    children: Children,
) -> impl IntoView {
    view! {
        <a class=variant.class() class:button--small=small href=href>
            {icon.map(|icon| view! { <Glyph icon/> })}
            <span>{children()}</span>
        </a>
    }
}
