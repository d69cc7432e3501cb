//! `/tokens`: one's own API tokens: make one, see it once, revoke it.

use lastmile_protocol::{MadeToken, NewToken, Token, Tokens as Lists};
use leptos::{prelude::*, task::spawn_local};

use super::head::PageHead;
use super::resource::{Answer, Question, use_answer};
use crate::api;
use crate::components::{
    ConfirmDialog, EmptyState, ErrorPanel, Icon, Loading, NewTokenNotice, Notice, TokenForm, TokenRow, Tone,
};

/// One's own tokens.
#[component]
pub fn Tokens() -> impl IntoView {
    let answer = use_answer(api::tokens);
    // The sections are drawn once: a token that is shown stays when the list is asked for again.
    let state = Memo::new(move |_| match answer.state() {
        Answer::Loading => Answer::Loading,
        Answer::Failed(error) => Answer::Failed(error),
        Answer::Ready(_) => Answer::Ready(()),
    });
    view! {
        <PageHead title="API tokens"/>
        <p class="page__lead">
            "A program that shows one acts in your name, with your rights of the moment. It never approves anything, and you can’t approve what it asks for."
        </p>
        {move || match state.get() {
            Answer::Loading => view! { <Loading lines=5/> }.into_any(),
            Answer::Failed(error) => view! { <ErrorPanel message=error.to_string() on_retry=move |()| answer.retry()/> }.into_any(),
            Answer::Ready(()) => view! { <Sections answer/> }.into_any(),
        }}
    }
}

#[component]
fn Sections(answer: Question<Lists>) -> impl IntoView {
    let lists = Memo::new(move |_| answer.ready().unwrap_or_default());
    // Read once: the form keeps what is typed when the list is asked for again.
    let (default_days, longest_days) = lists.with_untracked(|it| (it.default_days, it.longest_days));
    let (busy, refusal) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let made = RwSignal::new(None::<MadeToken>);
    let count = RwSignal::new(0_u32);
    let on_make = Callback::new(move |asked: NewToken| {
        busy.set(true);
        refusal.set(None);
        spawn_local(async move {
            match api::make_token(&asked).await {
                Ok(new) => {
                    made.try_set(Some(new));
                    count.try_update(|count| *count += 1);
                    answer.retry();
                }
                Err(error) => drop(refusal.try_set(Some(error.to_string()))),
            }
            busy.try_set(false);
        });
    });
    // One that is revoked is nothing to copy any more.
    let shown = Memo::new(move |_| {
        let is_over = |new: &MadeToken| {
            lists.read().tokens.iter().any(|token| token.id == new.token.id && token.revoked.is_some())
        };
        made.get().filter(|new| !is_over(new))
    });
    view! {
        {move || shown.get().map(|made_now| view! { <NewTokenNotice made=made_now on_done=move |()| made.set(None)/> })}
        <section class="panel" aria-labelledby="new-token">
            <h2 class="panel__title" id="new-token">"New token"</h2>
            <TokenForm default_days longest_days busy refusal made=count on_make/>
        </section>
        <section aria-labelledby="your-tokens">
            <h2 id="your-tokens">"Your tokens"</h2>
            <List lists answer/>
        </section>
    }
}

#[component]
fn List(lists: Memo<Lists>, answer: Question<Lists>) -> impl IntoView {
    let asked = RwSignal::new(None::<Token>);
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let revoke = move |()| {
        let Some(token) = asked.get_untracked() else { return };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            if let Err(error) = api::revoke_token(&token.id).await {
                failure.try_set(Some(error.to_string()));
            }
            answer.retry();
            busy.try_set(false);
            asked.try_set(None);
        });
    };
    let on_revoke = Callback::new(move |token| asked.set(Some(token)));
    let rows = move || {
        let tokens = lists.read().tokens.clone();
        if tokens.is_empty() {
            return view! {
                <EmptyState title="You have no tokens yet" icon=Icon::Lock>
                    <p>"A pipeline or a script needs one to start runbooks."</p>
                </EmptyState>
            }
            .into_any();
        }
        let rows = tokens.into_iter().map(|token| view! { <TokenRow token on_revoke/> });
        view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
    };
    let open = Signal::derive(move || asked.read().is_some());
    let name = move || asked.read().as_ref().map(|token| token.name.clone()).unwrap_or_default();
    view! {
        {move || failure.get().map(|why| view! {
            <Notice tone=Tone::Danger title="It could not be revoked" live=true><p>{why}</p></Notice>
        })}
        {rows}
        <ConfirmDialog open title="Revoke this token?" confirm="Revoke it" danger=true busy on_confirm=revoke on_close=move |()| asked.set(None)>
            <p><strong>{name}</strong>" is refused from the next request on. This can’t be taken back; runs that it has asked for stay."</p>
        </ConfirmDialog>
    }
}
