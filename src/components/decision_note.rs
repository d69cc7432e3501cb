//! What the policy would say, before the button is pressed.

use lastmile_protocol::{Decision, Need};
use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// One need as a phrase: "1 of middleware".
#[must_use]
pub fn need_phrase(need: &Need) -> String {
    format!("{} of {}", need.count, need.team)
}

/// What follows from the decision, as a sentence.
#[must_use]
pub fn decision_sentence(decision: &Decision) -> String {
    match decision {
        Decision::Allow => "You may run this.".to_owned(),
        Decision::Deny { why } => format!("You may not run this: {why}"),
        Decision::NeedsApproval { needs } => {
            let phrases: Vec<_> = needs.iter().map(need_phrase).collect();
            format!("Needs a yes from {}.", phrases.join(" and "))
        }
    }
}

/// Why each team is asked; one reason for all is said once, without a team.
#[must_use]
fn reasons(needs: &[Need]) -> Vec<String> {
    let mut given: Vec<_> = needs.iter().filter(|need| !need.why.is_empty()).collect();
    let one_for_all = given.iter().all(|need| given.first().is_some_and(|first| need.why == first.why));
    if one_for_all {
        given.truncate(1);
    }
    let said =
        |need: &Need| if one_for_all { need.why.clone() } else { format!("{}: {}", need.team, need.why) };
    given.into_iter().map(said).collect()
}

/// The decision as icon and sentence, with the reasons of each need.
#[component]
pub fn DecisionNote(
    /// What the policy says.
    decision: Decision,
) -> impl IntoView {
    let sentence = decision_sentence(&decision);
    let (class, icon, reasons) = match decision {
        Decision::Allow => ("decision-note decision-note--allow", Icon::Check, Vec::new()),
        Decision::Deny { .. } => ("decision-note decision-note--deny", Icon::Lock, Vec::new()),
        Decision::NeedsApproval { needs } => {
            ("decision-note decision-note--ask", Icon::People, reasons(&needs))
        }
    };
    view! {
        <p class=class>
            <Glyph icon/>
            <span>
                {sentence}
                {reasons.into_iter().map(|why| view! { <span class="decision-note__why">" "{why}</span> }).collect_view()}
            </span>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_is_named_in_the_sentence() {
        let need =
            |team: &str, count| Need { team: team.into(), count, why: "the target asks for it".to_owned() };
        let decision = Decision::NeedsApproval { needs: vec![need("middleware", 1), need("netsec", 2)] };
        assert_eq!(decision_sentence(&decision), "Needs a yes from 1 of middleware and 2 of netsec.");
    }

    #[test]
    fn each_team_has_its_reason_and_a_shared_one_is_said_once() {
        let need = |team: &str, why: &str| Need { team: team.into(), count: 1, why: why.to_owned() };
        let (hours, blue) = (need("middleware", "business hours"), need("netsec", "the blue pool"));
        assert_eq!(reasons(std::slice::from_ref(&hours)), ["business hours"]);
        assert_eq!(reasons(&[hours.clone(), blue]), ["middleware: business hours", "netsec: the blue pool"]);
        assert_eq!(reasons(&[hours, need("netsec", "business hours")]), ["business hours"]);
        assert!(reasons(&[need("netsec", "")]).is_empty() && reasons(&[]).is_empty());
    }
}
