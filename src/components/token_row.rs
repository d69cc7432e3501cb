//! One API token in a list, and a new one while it is shown.

use lastmile_protocol::{MadeToken, Token, TokenScope, TokenState, UsedToken};
use leptos::prelude::*;

use super::button::Button;
use super::clipboard::copy_text;
use super::clock::use_now;
use super::copy_button::CopyButton;
use super::icon::{Glyph, Icon};
use super::notice::{Notice, Tone};
use super::time::RelativeTime;

/// The word for what a token may be used for.
#[must_use]
pub const fn scope_word(scope: TokenScope) -> &'static str {
    match scope {
        TokenScope::Read => "Read",
        TokenScope::Run => "Read and run",
        TokenScope::Unknown => "Unknown",
    }
}

/// A token: what it is for, how long it holds, when it was used.
#[component]
pub fn TokenRow(
    /// The token.
    token: Token,
    /// Somebody wants it revoked.
    #[prop(into)]
    on_revoke: Callback<Token>,
) -> impl IntoView {
    let now = use_now();
    let of_state = token.clone();
    let state = Memo::new(move |_| of_state.state(now.get()));
    let used = token.used.map_or_else(
        || view! { "Never used" }.into_any(),
        |at| view! { "Used "<RelativeTime at/> }.into_any(),
    );
    let (expires, revoked) = (token.expires, token.revoked);
    let until = move || match (state.get(), revoked) {
        (TokenState::Revoked, Some(at)) => view! { "Revoked "<RelativeTime at/> }.into_any(),
        (TokenState::Live, _) => view! { "Expires "<RelativeTime at=expires/> }.into_any(),
        _ => view! { "Expired "<RelativeTime at=expires/> }.into_any(),
    };
    let label = format!("Revoke {}", token.name);
    let service = token.service.clone().map(|name| view! { <span class="chip">{name}</span> });
    let (name, id, scope) = (token.name.clone(), token.id.0.clone(), scope_word(token.scope));
    let revoke = move || {
        let (token, label) = (token.clone(), label.clone());
        (state.get() == TokenState::Live).then(|| {
            view! {
                <Button small=true on_press=move |()| on_revoke.run(token.clone())>
                    <span aria-hidden="true">"Revoke"</span><span class="visually-hidden">{label}</span>
                </Button>
            }
        })
    };
    view! {
        <li class="row token-row" class:token-row--over=move || state.get() != TokenState::Live>
            <div class="token-row__what">
                <span class="token-row__name">{name}</span>{service}
                <code class="token-row__id">{id}</code>
            </div>
            <span class="row__more">{scope}</span>
            <span class="row__more">{until}</span>
            <span class="row__more">{used}</span>
            <span class="token-row__end">{revoke}</span>
        </li>
    }
}

/// Which token a program has shown, in half a sentence.
#[component]
pub fn ThroughToken(
    /// The token.
    token: UsedToken,
) -> impl IntoView {
    let service = token.service.map(|service| view! { " of "<span class="chip">{service}</span> });
    view! { "the API token "<strong>{token.name}</strong>{service}" "<code class="digest">{token.id.0}</code> }
}

/// A token that was just made: all of it, this once.
#[component]
pub fn NewTokenNotice(
    /// The token and what proves it.
    made: MadeToken,
    /// It has been copied.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let secret = made.secret.0;
    let copied = secret.clone();
    view! {
        <Notice tone=Tone::Success title=format!("{} is made", made.token.name) live=true>
            <p>"Copy it now: it is shown this once, and the server keeps its digest only."</p>
            <p class="token-secret"><code tabindex="0" aria-label="The new token">{secret}</code></p>
            <div class="token-secret__do">
                // Where the browser does not let us copy, the text beside it can be selected.
                <CopyButton label="Copy token" on_copy=move |()| { let _ = copy_text(&copied); }/>
                <Button small=true on_press=on_done><Glyph icon=Icon::Check/>" I have it"</Button>
            </div>
        </Notice>
    }
}
