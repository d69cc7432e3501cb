//! Asking somebody else to answer instead: the form, and a line for each time it was done.

use lastmile_protocol::{Person, PersonId, ReferTo, Referral, ReferredTo, TeamName};
use leptos::prelude::*;

use super::button::Button;
use super::element_id::element_id;
use super::icon::{Glyph, Icon};
use super::person::PersonName;
use super::time::RelativeTime;
use super::visible::visible;

/// What the list's values begin with, so that no person can be taken for a team.
const PERSON: &str = "person ";
const TEAM: &str = "team ";

/// Whom a value of the list names.
#[must_use]
fn named(value: &str) -> Option<ReferTo> {
    let person = value.strip_prefix(PERSON).map(|id| ReferTo::Person(PersonId::from(id)));
    person.or_else(|| value.strip_prefix(TEAM).map(|name| ReferTo::Team(TeamName::from(name))))
}

/// Whom to ask instead, and a comment. Closed until somebody wants it.
#[component]
pub fn ReferralForm(
    /// Who else may answer; with nobody there is no form.
    #[prop(into)]
    people: Signal<Vec<Person>>,
    /// The asked teams.
    #[prop(into)]
    teams: Signal<Vec<TeamName>>,
    /// The question is on its way.
    #[prop(into)]
    busy: Signal<bool>,
    /// What the server said, if it refused it.
    #[prop(into)]
    refusal: Signal<Option<String>>,
    /// Whom, and the comment if there is one.
    #[prop(into)]
    on_refer: Callback<(ReferTo, Option<String>)>,
) -> impl IntoView {
    let (to, comment) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let tried = RwSignal::new(false);
    let missing = Memo::new(move |_| tried.get() && named(&to.read()).is_none());
    let (to_id, comment_id) = (element_id("refer-to"), element_id("refer-comment"));
    let ask = move |()| {
        tried.set(true);
        let said = comment.get_untracked().trim().to_owned();
        if let Some(to) = named(&to.read_untracked()) {
            on_refer.run((to, (!said.is_empty()).then_some(said)));
        }
    };
    let nobody = Memo::new(move |_| people.read().is_empty());
    view! {
        <details class="referral" hidden=nobody>
            <summary class="referral__summary"><Glyph icon=Icon::ChevronRight/>"Ask somebody else"</summary>
            <div class="approval-panel__form">
                <p class="field__hint">"They are told. Only those who may answer this request can be asked, and you still may."</p>
                <label class="field__label" for=to_id.clone()>"Who"</label>
                <select class="control" id=to_id aria-invalid=move || missing.get().then_some("true")
                    on:change=move |event| to.set(event_target_value(&event))>
                    <option value="">"Choose…"</option>
                    {move || people.get().into_iter().map(|it| view! { <option value=format!("{PERSON}{}", it.id)>{it.name}</option> }).collect_view()}
                    {move || teams.get().into_iter().map(|it| view! { <option value=format!("{TEAM}{it}")>{format!("Anybody of {it}")}</option> }).collect_view()}
                </select>
                <label class="field__label" for=comment_id.clone()>"Why them"<span class="field__optional">"optional"</span></label>
                <textarea class="control" id=comment_id rows="2" prop:value=comment
                    on:input=move |event| comment.set(event_target_value(&event))></textarea>
                <div class="approval-panel__buttons"><Button icon=Icon::People busy on_press=ask>"Ask them"</Button></div>
                <p class="field__error" role="alert">{move || missing.get().then_some("Choose whom to ask.")}{refusal}</p>
            </div>
        </details>
    }
}

/// Who asked whom, when, and why.
#[component]
pub fn ReferralRow(
    /// It.
    referral: Referral,
) -> impl IntoView {
    let to = match referral.to {
        ReferredTo::Person(person) => view! { <PersonName person short=true/> }.into_any(),
        ReferredTo::Team(team) => view! { <strong>{team.0}</strong> }.into_any(),
    };
    view! {
        <li class="answer">
            <Glyph icon=Icon::People/>
            <span><PersonName person=referral.by short=true/>" asked "{to}" to answer instead "<RelativeTime at=referral.at/></span>
            {referral.comment.map(|comment| view! { <q class="answer__comment">{visible(&comment)}</q> })}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_whose_id_reads_like_a_team_is_still_a_person() {
        assert_eq!(named("person team net"), Some(ReferTo::Person("team net".into())));
        assert_eq!(named("team net"), Some(ReferTo::Team("net".into())));
        assert_eq!(named(""), None);
    }
}
