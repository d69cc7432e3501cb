//! Tokens and icons.

use leptos::prelude::*;

use super::{Line, Specimen};
use crate::components::{Glyph, Icon};

const GROUNDS: [&str; 6] =
    ["surface-page", "surface", "surface-raised", "surface-sunken", "surface-hover", "surface-active"];
const LINES: [&str; 6] = ["border", "border-strong", "border-control", "focus", "accent", "danger"];
const TEXTS: [&str; 7] = ["text", "text-soft", "text-faint", "text-link", "accent", "danger", "code-dim"];
const MEANINGS: [&str; 7] = ["neutral", "info", "good", "wait", "bad", "special", "lost"];
const SIZES: [&str; 7] = ["xs", "s", "m", "l", "xl", "2xl", "3xl"];

/// Colours by purpose, type, spacing, radius.
#[component]
pub(super) fn Palette() -> impl IntoView {
    let swatch = |name: &'static str| {
        view! {
            <span class="swatch"><span class="swatch__colour" style:background=format!("var(--{name})")></span>{name}</span>
        }
    };
    let word = |name: &'static str| view! { <span style:color=format!("var(--{name})")>{name}</span> };
    let meaning = |name: &'static str| {
        let part = |part: &str| format!("var(--{name}-{part})");
        view! {
            <span class="swatch__meaning" style:color=part("text") style:background=part("ground") style:border-color=part("line")>{name}</span>
        }
    };
    let size = |name: &'static str| {
        view! { <span style:font-size=format!("var(--size-{name})")>{name}" Ag"</span> }
    };
    let space = |step: usize| {
        view! { <span class="swatch__space" style:width=format!("var(--space-{step})") title=format!("space-{step}")></span> }
    };
    view! {
        <Specimen title="Tokens">
            <Line name="Surfaces">{GROUNDS.map(swatch).into_iter().collect_view()}</Line>
            <Line name="Lines">{LINES.map(swatch).into_iter().collect_view()}</Line>
            <Line name="Text">{TEXTS.map(word).into_iter().collect_view()}</Line>
            <Line name="Meanings">{MEANINGS.map(meaning).into_iter().collect_view()}</Line>
            <Line name="Type">{SIZES.map(size).into_iter().collect_view()}<code>"0O 1lI {}[] ~/.config"</code></Line>
            <Line name="Spacing">{(1..=10).map(space).collect_view()}</Line>
        </Specimen>
    }
}

/// The icon set.
#[component]
pub(super) fn Icons() -> impl IntoView {
    let icons = Icon::ALL.map(|icon| {
        view! { <span class="swatch__icon"><Glyph icon/>{format!("{icon:?}")}</span> }
    });
    view! { <Specimen title="Icons"><div class="cluster">{icons.into_iter().collect_view()}</div></Specimen> }
}
