//! Who must agree to a run, what they said, and the place to say it.

use std::collections::BTreeSet;

use lastmile_protocol::{Answer, Approval, Look, Millis, Need, Referral};
use leptos::prelude::*;

use super::answer_form::{AnswerForm, Given};
use super::element_id::element_id;
use super::icon::{Glyph, Icon};
use super::person::PersonName;
use super::referral_form::ReferralRow;
use super::retries::grant_words;
use super::time::{RelativeTime, clock_text};
use super::time_text::duration;
use super::visible::visible;

/// How many different people have said yes for the need's team.
#[must_use]
pub fn agreed(need: &Need, approvals: &[Approval]) -> usize {
    let yes = approvals.iter().filter(|it| it.answer == Answer::Yes && it.team == need.team);
    yes.map(|it| &it.by.id).collect::<BTreeSet<_>>().len()
}

/// Needs with their progress, the answers so far and, for those who may, yes and no.
#[component]
pub fn ApprovalPanel(
    /// Who must agree.
    #[prop(into)]
    needs: Signal<Vec<Need>>,
    /// What has been said so far.
    #[prop(into)]
    approvals: Signal<Vec<Approval>>,
    /// Who asked whom to answer instead.
    #[prop(optional, into)]
    referrals: Signal<Vec<Referral>>,
    /// The request is void from then on.
    #[prop(optional, into)]
    expires: Signal<Option<Millis>>,
    /// Whether answers are still taken: the run waits for them.
    #[prop(into)]
    open: Signal<bool>,
    /// Why this person may not answer, such as "You asked for this run yourself"; `None` means they may.
    #[prop(optional, into)]
    blocked: Signal<Option<String>>,
    /// The answer is on its way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether a yes may allow retries.
    #[prop(optional, into)]
    may_retry: Signal<bool>,
    /// What the server said to the last answer, if it refused it.
    #[prop(optional, into)]
    refusal: Signal<Option<String>>,
    /// What was said.
    #[prop(into)]
    on_answer: Callback<Given>,
    /// What else can be done about the request.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let title_id = element_id("approval");
    let need_rows =
        move || needs.get().into_iter().map(|need| need_row(&need, &approvals.read())).collect_view();
    let asked =
        move || referrals.get().into_iter().map(|referral| view! { <ReferralRow referral/> }).collect_view();
    let answers = move || approvals.get().into_iter().map(answer_row).collect_view();
    view! {
        <div class="approval-panel" role="group" aria-labelledby=title_id>
            <div class="approval-panel__head">
                <h2 class="approval-panel__title" id=title_id.clone()><Glyph icon=Icon::People/>"Approval"</h2>
                {move || expires.get().filter(|_| open.get()).map(|at| view! {
                    <span class="approval-panel__expires"><Glyph icon=Icon::Clock/>"expires "<RelativeTime at/></span>
                })}
            </div>
            <ul class="approval-panel__needs">{need_rows}</ul>
            <ul class="approval-panel__answers">{asked}{answers}</ul>
            {move || open.get().then(|| view! { <AnswerForm blocked busy may_retry refusal on_answer/> })}
            {children.map(|children| children())}
        </div>
    }
}

fn need_row(need: &Need, approvals: &[Approval]) -> impl IntoView + use<> {
    let (given, wanted) = (agreed(need, approvals), need.count);
    let met = u32::try_from(given).unwrap_or(u32::MAX) >= wanted;
    let icon = if met { Icon::Check } else { Icon::People };
    view! {
        <li class="need" class:need--met=met>
            <Glyph icon/>
            <span class="need__who"><strong>{wanted}" of "{need.team.to_string()}</strong>" must agree"</span>
            <span class="need__count">{given}" of "{wanted}</span>
            <span class="need__why">{need.why.clone()}</span>
        </li>
    }
}

fn answer_row(approval: Approval) -> impl IntoView {
    let (class, icon, word) = match approval.answer {
        Answer::Yes => ("answer answer--yes", Icon::Check, "agreed"),
        Answer::No => ("answer answer--no", Icon::Hand, "said no"),
        Answer::Unknown => ("answer", Icon::Question, "answered"),
    };
    view! {
        <li class=class>
            <Glyph icon/>
            <span><PersonName person=approval.by short=true/>" "{word}" for "{approval.team.0}" "<RelativeTime at=approval.at/></span>
            {approval.judgement.map(|judgement| view! { <q class="answer__judgement">{judgement.words()}</q> })}
            {looked(approval.at, approval.look).map(|words| view! { <span class="answer__look">{words}</span> })}
            {approval.retries.map(|grant| view! { <span>"and allows "{grant_words(&grant, clock_text)}</span> })}
            {approval.comment.map(|comment| view! { <q class="answer__comment">{visible(&comment)}</q> })}
        </li>
    }
}

/// What somebody looked at before they answered, in words.
fn looked(answered: Millis, look: Option<Look>) -> Option<String> {
    let look = look?;
    let took = duration((answered.0 - look.seen.0).max(0));
    let opened = match (look.script.is_some(), look.checks.is_some()) {
        (true, true) => ", opened what changed and what was done first",
        (true, false) => ", opened what changed",
        (false, true) => ", opened what was done first",
        (false, false) => "",
    };
    Some(format!("{took} after they first saw it{opened}"))
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::{Judgement, Person};

    use super::*;

    #[test]
    fn one_person_counts_once_and_only_for_their_team() {
        let says = |who: &str, team: &str, answer| Approval {
            by: Person { id: who.into(), name: who.into(), teams: Vec::new() },
            team: team.into(),
            answer,
            judgement: Some(Judgement::Checked),
            comment: None,
            at: Millis(0),
            digest: "d".into(),
            look: None,
            retries: None,
        };
        let need = Need { team: "netsec".into(), count: 2, why: String::new() };
        let said = [
            says("ann", "netsec", Answer::Yes),
            says("ann", "netsec", Answer::Yes),
            says("bob", "netsec", Answer::No),
            says("cyd", "noc", Answer::Yes),
        ];
        assert_eq!(agreed(&need, &said), 1);
    }
}
