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

/// The decision as icon and sentence, with the reasons of each need.
#[component]
pub fn DecisionNote(
    /// What the policy says.
    decision: Decision,
) -> impl IntoView {
    let (class, icon) = match decision {
        Decision::Allow => ("decision-note decision-note--allow", Icon::Check),
        Decision::Deny { .. } => ("decision-note decision-note--deny", Icon::Lock),
        Decision::NeedsApproval { .. } => ("decision-note decision-note--ask", Icon::People),
    };
    let reasons = match &decision {
        Decision::NeedsApproval { needs } => {
            needs.iter().filter(|need| !need.why.is_empty()).map(|need| need.why.clone()).collect()
        }
        _ => Vec::new(),
    };
    view! {
        <p class=class>
            <Glyph icon/>
            <span>
                {decision_sentence(&decision)}
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
}
