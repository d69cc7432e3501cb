//! `/styleguide`: every component in every state, from plain values.
//!
//! It needs no server. What is to be judged by eye, by axe and by screenshot stands here.

mod actions;
mod cards;
mod controls;
mod lists;
mod messages;
mod palette;
mod samples;
mod text;

use leptos::prelude::*;

/// The whole guide.
#[component]
pub fn Styleguide() -> impl IntoView {
    view! {
        <div class="styleguide">
            <div class="page__head">
                <h1 class="page__title">"Style guide"</h1>
                <p class="page__lead">
                    "What Lastmile is drawn with. Switch the theme in the header, narrow the window to 360 px, walk through it with Tab."
                </p>
            </div>
            <div class="stack stack--loose">
                <palette::Palette/>
                <palette::Icons/>
                <controls::Buttons/>
                <controls::Fields/>
                <lists::States/>
                <lists::Lists/>
                <messages::Messages/>
                <messages::Approvals/>
                <cards::Cards/>
                <cards::Parts/>
                <text::Text/>
            </div>
        </div>
    }
}

/// A part of the guide.
#[component]
fn Specimen(
    /// What it shows.
    title: &'static str,
    /// The things shown.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="specimen">
            <h2 class="specimen__title">{title}</h2>
            {children()}
        </section>
    }
}

/// A row of things with its name at the side.
#[component]
fn Line(
    /// Its name.
    name: &'static str,
    /// The things.
    children: Children,
) -> impl IntoView {
    view! { <div class="specimen__line"><p class="specimen__name">{name}</p><div class="cluster">{children()}</div></div> }
}
