//! The form of an answer: what it rests on, a comment, yes and no.

use lastmile_protocol::{AllowRetries, Answer, Judgement};
use leptos::prelude::*;

use super::button::{Button, Variant};
use super::element_id::element_id;
use super::icon::{Glyph, Icon};
use super::retry_offer::{Offer, RetryOffer};

/// What somebody says to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Yes or no.
    pub answer: Answer,
    /// What it rests on.
    pub judgement: Judgement,
    /// In their words, if they gave any.
    pub comment: Option<String>,
    /// The retries that a yes allows.
    pub retries: Option<AllowRetries>,
}

/// What the answer rests on, a comment, yes and no. Nothing is chosen beforehand: whoever answers has to say it.
#[component]
pub fn AnswerForm(
    /// Why this person may not answer; `None` means they may.
    blocked: Signal<Option<String>>,
    /// The answer is on its way.
    busy: Signal<bool>,
    /// Whether a yes may allow retries.
    may_retry: Signal<bool>,
    /// What the server said to the last answer, if it refused it.
    refusal: Signal<Option<String>>,
    /// What was said.
    on_answer: Callback<Given>,
    /// The words on the two buttons, where it is not simply one run.
    #[prop(optional, into)]
    words: Option<Signal<(String, String)>>,
) -> impl IntoView {
    let words = words.unwrap_or_else(|| Signal::stored(("Yes, run it".to_owned(), "No".to_owned())));
    let (comment, judgement) = (RwSignal::new(String::new()), RwSignal::new(None::<Judgement>));
    let (tried, offer, wrong) = (RwSignal::new(false), RwSignal::new(Offer::default()), RwSignal::new(None));
    let missing = Memo::new(move |_| tried.get() && judgement.get().is_none());
    let comment_id = element_id("comment");
    let answer = move |answer: Answer| {
        tried.set(true);
        let said = comment.get_untracked().trim().to_owned();
        let offered = if answer == Answer::Yes { offer.read_untracked().read() } else { Ok(None) };
        wrong.set(offered.as_ref().err().cloned());
        if let (Some(judgement), Ok(retries)) = (judgement.get_untracked(), offered) {
            on_answer.run(Given { answer, judgement, comment: (!said.is_empty()).then_some(said), retries });
        }
    };
    let form = view! {
        <div class="approval-panel__form">
            <Judgements judgement missing/>
            <label class="field__label" for=comment_id.clone()>"Comment"<span class="field__optional">"optional"</span></label>
            <textarea class="control" id=comment_id rows="2" prop:value=comment
                on:input=move |event| comment.set(event_target_value(&event))></textarea>
            <div hidden=move || !may_retry.get()><RetryOffer offer/></div>
            <div class="approval-panel__buttons">
                <Button variant=Variant::Primary icon=Icon::Check busy on_press=move |()| answer(Answer::Yes)>{move || words.get().0}</Button>
                <Button icon=Icon::Hand busy on_press=move |()| answer(Answer::No)>{move || words.get().1}</Button>
            </div>
            <p class="field__error" role="alert">
                {move || missing.get().then_some("Say first what your answer rests on. ")}{wrong}{refusal}
            </p>
        </div>
    };
    view! {
        {move || blocked.get().map(|why| view! { <p class="button-why"><Glyph icon=Icon::Lock/>{why}</p> })}
        <div hidden=move || blocked.read().is_some()>{form}</div>
    }
}

/// The four things that an answer can rest on.
#[component]
fn Judgements(judgement: RwSignal<Option<Judgement>>, missing: Memo<bool>) -> impl IntoView {
    let name = element_id("judgement");
    let choices = Judgement::ALL.map(|choice| {
        view! {
            <label class="tick">
                <input class="radio" type="radio" name=name.clone() value=choice.as_str()
                    prop:checked=move || judgement.get() == Some(choice)
                    on:change=move |_| judgement.set(Some(choice))/>
                <span>{choice.words()}</span>
            </label>
        }
    });
    view! {
        <fieldset class="field field--wide" class:field--wrong=missing role="radiogroup" aria-required="true"
            aria-invalid=move || missing.get().then_some("true")
        >
            <legend class="field__label">"What your answer rests on"</legend>
            <div class="field__ticks">{choices.collect_view()}</div>
        </fieldset>
    }
}
