//! Name and password, as password managers know such a form.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;

use super::element_id::element_id;
use super::icon::{Glyph, Icon};

/// What was typed to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The name.
    pub name: String,
    /// The password.
    pub password: String,
}

/// The form. The name stays in it when it is refused; the password is to be typed again.
#[component]
pub fn PasswordForm(
    /// Something is under way.
    #[prop(into)]
    busy: Signal<bool>,
    /// Why it was refused.
    #[prop(into)]
    refusal: Signal<Option<String>>,
    /// Called with what was typed.
    #[prop(into)]
    on_submit: Callback<Typed>,
) -> impl IntoView {
    let (name_id, password_id, error_id) = (element_id("name"), element_id("password"), element_id("why"));
    let (name, password) = (NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let read = |field: NodeRef<Input>| field.get_untracked().map(|field| field.value());
        if let (false, Some(name), Some(typed)) = (busy.get_untracked(), read(name), read(password)) {
            on_submit.run(Typed { name, password: typed });
        }
    };
    Effect::new(move |_| {
        if refusal.read().is_some()
            && let Some(field) = password.get_untracked()
        {
            field.set_value("");
            // It fails only for an element that has left the page.
            drop(field.focus());
        }
    });
    let wrong = move || refusal.read().is_some();
    view! {
        <form class="password-form" on:submit=submit>
            <div class="field field--wide">
                <label class="field__label" for=name_id.clone()><span class="field__name">"Name"</span></label>
                <input class="control" id=name_id node_ref=name autocomplete="username" autocapitalize="none" spellcheck="false" required/>
            </div>
            <div class="field field--wide" class:field--wrong=wrong>
                <label class="field__label" for=password_id.clone()><span class="field__name">"Password"</span></label>
                <input class="control" id=password_id node_ref=password type="password" autocomplete="current-password" required
                    aria-invalid=move || wrong().then_some("true") aria-describedby=error_id.clone()/>
                <p class="field__error" id=error_id role="alert">
                    {move || refusal.get().map(|why| view! { <Glyph icon=Icon::Warning/><span>{why}</span> })}
                </p>
            </div>
            <button type="submit" class="button button--primary" aria-busy=move || busy.get().then_some("true")
                aria-disabled=move || busy.get().then_some("true")
            >
                {move || busy.get().then(|| view! { <Glyph icon=Icon::Spinner/> })}
                <span>"Sign in"</span>
            </button>
        </form>
    }
}
