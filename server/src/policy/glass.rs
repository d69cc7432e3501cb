//! Breaking the glass: who may start at once what others would have to agree to, and who looks at it afterwards.
//!
//! A question of its own, asked only of what may run: nothing that is said here opens what `run` denies. Like a gate it
//! is judged without and with each team that the document asks for, and any failure leaves the glass whole.

use std::collections::BTreeSet;

use cedar_policy::{Effect, Policy};
use lastmile_protocol::{Decision, TeamName};

use super::decide::team_of;
use super::facts::{Asks, Facts};
use super::gate::{self, Asked};
use super::verdict::{Ground, Says, Unasked};
use super::{Policies, Question};

/// Whether this person may start this at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Glass {
    /// They may; afterwards one other person of any of these teams reviews it.
    Breaks {
        /// The reviewing teams.
        reviewers: Vec<TeamName>,
        /// The policies that permit it.
        by: Vec<String>,
    },
    /// They may not.
    Stays {
        /// Why, and what to do.
        why: String,
        /// The policy that could not be evaluated, if that is why.
        failure: Option<Ground>,
    },
}

impl Glass {
    fn stays(why: impl Into<String>) -> Self {
        Self::Stays { why: why.into(), failure: None }
    }
}

impl Policies {
    /// Whether the glass may be broken for what was decided so.
    #[must_use]
    pub fn glass(&self, question: &Question<'_>, decision: &Decision) -> Glass {
        if let Decision::Deny { why } = decision {
            return Glass::stays(why.clone());
        }
        self.judge_glass(question).unwrap_or_else(|failure| {
            let rule = failure.rule.unwrap_or_else(|| "the request".to_owned());
            Glass::Stays {
                why: format!(
                    "The policy can't be evaluated for this (`{rule}`). Tell whoever runs this server."
                ),
                failure: Some(Ground { rule, says: Says::Fails(failure.cause) }),
            }
        })
    }

    fn judge_glass(&self, question: &Question<'_>) -> Result<Glass, Unasked> {
        let facts = Facts::of(question, &self.names)?;
        let (mut by, mut teams) = (BTreeSet::new(), BTreeSet::new());
        for document in self.views(question) {
            let said = self.said(Asks::BreakGlass, question, &facts, document)?;
            if !said.allowed {
                let whys: BTreeSet<_> = said.by.iter().map(|id| self.why(id, question)).collect();
                let why = whys.into_iter().collect::<Vec<_>>().join(" ");
                let none = || "You have no right to break the glass here: others must agree.".to_owned();
                return Ok(Glass::stays(Some(why).filter(|why| !why.is_empty()).unwrap_or_else(none)));
            }
            for id in said.by {
                let review = self.notes.get(&id).map(|notes| notes.review.as_slice()).unwrap_or_default();
                teams.extend(review.iter().filter_map(|asked| team_of(&asked.whom, question).cloned()));
                by.insert(id.to_string());
            }
        }
        // A review that nobody could ever give would be none.
        let reviewers: Vec<_> = teams
            .into_iter()
            .filter(|team| (question.others)(team).is_some_and(|others| others > 0))
            .collect();
        if reviewers.is_empty() {
            return Ok(Glass::stays("Nobody else could review it afterwards, so the glass stays whole."));
        }
        Ok(Glass::Breaks { reviewers, by: by.into_iter().collect() })
    }
}

/// The `@review` of a policy: on every permission to break the glass, and only there.
///
/// # Errors
/// Says what is wrong with it.
pub(super) fn review(asks: Asks, policy: &Policy) -> Result<Vec<Asked>, String> {
    match (asks, policy.effect(), policy.annotation("review")) {
        (Asks::BreakGlass, Effect::Permit, Some(text)) => gate::parse_review(text),
        (Asks::BreakGlass, Effect::Permit, None) => {
            Err("it lets people break the glass, but says not who reviews that: add @review(\"TEAM\")"
                .to_owned())
        }
        (_, _, Some(_)) => Err("@review belongs to permits of Action::\"breakGlass\"".to_owned()),
        (_, _, None) => Ok(Vec::new()),
    }
}
