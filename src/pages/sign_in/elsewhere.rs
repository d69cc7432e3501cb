//! Ways to sign in by what somebody else says: a provider, or the reverse proxy in front of the server.

use leptos::prelude::*;

use crate::components::{Button, Notice, Tone, Variant};

/// The button that leads to the provider.
#[component]
pub(super) fn ProviderWay(
    /// What the button says.
    #[prop(into)]
    label: String,
    /// The browser is on its way there.
    #[prop(into)]
    busy: Signal<bool>,
    /// Why it did not get there.
    #[prop(into)]
    refusal: Signal<Option<String>>,
    /// Called to go there.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <Refusal refusal/>
        <Button variant=Variant::Primary busy on_press>{label}</Button>
    }
}

/// The reverse proxy has signed the visitor in, or it is said what is wrong.
#[component]
pub(super) fn ProxyWay(
    /// The server is being asked.
    #[prop(into)]
    busy: Signal<bool>,
    /// Why it refused.
    #[prop(into)]
    refusal: Signal<Option<String>>,
    /// Called to ask (again).
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <p class="sign-in__lead">"The reverse proxy in front of this server says who you are."</p>
        <Refusal refusal/>
        <Button variant=Variant::Primary busy on_press>"Sign in as the proxy says"</Button>
    }
}

#[component]
fn Refusal(refusal: Signal<Option<String>>) -> impl IntoView {
    move || refusal.get().map(|why| view! { <Notice tone=Tone::Danger live=true><p>{why}</p></Notice> })
}
