//! From the answers of all rules to one decision: the strictest wins, and what can't be evaluated denies.

use std::collections::BTreeSet;

use cedar_policy::{AuthorizationError, Decision as Answer, PolicyId};
use lastmile_protocol::{Decision, Need, TeamName};

use super::facts::{Asks, Facts};
use super::gate::{Asked, Whom};
use super::needs;
use super::verdict::{Ground, Says, Unasked, Verdict};
use super::{Policies, Question};

impl Policies {
    /// What the policy says. Anything that it can't judge is refused.
    #[must_use]
    pub fn decide(&self, question: &Question<'_>) -> Verdict {
        self.judge(question).unwrap_or_else(|failure| {
            let rule = failure.rule.unwrap_or_else(|| "the request".to_owned());
            let why = format!(
                "The policy can't be evaluated for this request (`{rule}`), so it is refused. Tell whoever runs this server."
            );
            Verdict {
                decision: Decision::Deny { why },
                grounds: vec![Ground { rule, says: Says::Fails(failure.cause) }],
            }
        })
    }

    fn judge(&self, question: &Question<'_>) -> Result<Verdict, Unasked> {
        let mut grounds = Vec::new();
        if let Some(denied) = closed_by_config(question, &mut grounds) {
            return Ok(Verdict { decision: denied, grounds });
        }
        let facts = Facts::of(question, &self.names)?;
        let mut asked: Vec<Need> = Vec::new();
        for document in self.views(question) {
            let said = self.said(Asks::Run, question, &facts, document)?;
            if let Some(denied) = self.denied(&said, question, &mut grounds) {
                return Ok(Verdict { decision: denied, grounds });
            }
            let gates = self.said(Asks::RequireApproval, question, &facts, document)?;
            for id in gates.by.iter().filter(|_| gates.allowed) {
                match self.needs_of(id, question) {
                    Ok(needs) => asked.extend(needs),
                    Err(why) => {
                        grounds.push(Ground { rule: id.to_string(), says: Says::Asks });
                        return Ok(Verdict { decision: Decision::Deny { why }, grounds });
                    }
                }
                add(&mut grounds, id.to_string(), Says::Asks);
            }
        }
        let all = of_config(question, &mut grounds).into_iter().chain(asked);
        let all = all.chain(of_document(question, &mut grounds)).chain(question.before.iter().cloned());
        let decision = needs::outcome(needs::strictest(all), question.others);
        Ok(Verdict { decision, grounds })
    }

    /// Without what the runbook asks for, and with each team of it: one that asks for more is judged more often, and
    /// the strictest holds, so whatever policies make of it can only tighten.
    pub(super) fn views<'a>(&self, question: &Question<'a>) -> Vec<Option<&'a str>> {
        let teams =
            question.document.iter().filter(|_| self.minds_document).map(|(team, _)| Some(team.as_str()));
        [None].into_iter().chain(teams).collect()
    }

    pub(super) fn said(
        &self,
        asks: Asks,
        question: &Question<'_>,
        facts: &Facts,
        document: Option<&str>,
    ) -> Result<Said, Unasked> {
        let request = facts.request(asks, question, document, &self.names)?;
        let shelves = match asks {
            Asks::Run => &self.run,
            Asks::RequireApproval => &self.require,
            Asks::BreakGlass => &self.glass,
        };
        let (mut permits, mut forbids) = (Vec::new(), Vec::new());
        for set in shelves.for_scopes(&facts.scopes) {
            let response = self.authorizer.is_authorized(&request, set, &facts.entities);
            // Cedar leaves a policy out that fails to evaluate: a `forbid` or a gate would be gone.
            if let Some(error) = response.diagnostics().errors().next() {
                let AuthorizationError::PolicyEvaluationError(at) = error;
                return Err(Unasked { rule: Some(at.policy_id().to_string()), cause: error.to_string() });
            }
            // What decides is the permits that hold where it allows, and else the forbids.
            let by = if response.decision() == Answer::Allow { &mut permits } else { &mut forbids };
            by.extend(response.diagnostics().reason().cloned());
        }
        let allowed = forbids.is_empty() && !permits.is_empty();
        let mut by = if allowed { permits } else { forbids };
        by.sort_by_key(ToString::to_string);
        Ok(Said { allowed, by })
    }

    /// Notes what was said about running, and gives the refusal if it is one.
    fn denied(&self, said: &Said, question: &Question<'_>, grounds: &mut Vec<Ground>) -> Option<Decision> {
        let says = if said.allowed { Says::Permits } else { Says::Forbids };
        for id in &said.by {
            add(grounds, id.to_string(), says.clone());
        }
        if said.allowed {
            return None;
        }
        let whys: BTreeSet<_> = said.by.iter().map(|id| self.why(id, question)).collect();
        let why = whys.into_iter().collect::<Vec<_>>().join(" ");
        Some(Decision::Deny { why: if why.is_empty() { nobody_lets(question) } else { why } })
    }

    pub(super) fn why(&self, id: &PolicyId, question: &Question<'_>) -> String {
        let why = self.notes.get(id).and_then(|notes| notes.why.as_ref());
        why.map_or_else(
            || format!("The policy `{id}` forbids it."),
            |why| why.of(question.subject, question.at),
        )
    }

    /// # Errors
    /// Why nobody can be asked: then it is refused.
    fn needs_of(&self, id: &PolicyId, question: &Question<'_>) -> Result<Vec<Need>, String> {
        let why = self.notes.get(id).and_then(|notes| notes.why.as_ref());
        let why = why.map_or_else(
            || format!("the policy `{id}` asks for it"),
            |why| why.of(question.subject, question.at),
        );
        let gate = self.notes.get(id).map(|notes| notes.gate.as_slice()).unwrap_or_default();
        gate.iter().map(|asked| need(asked, question, &why)).collect()
    }
}

pub(super) struct Said {
    pub(super) allowed: bool,
    pub(super) by: Vec<PolicyId>,
}

fn add(grounds: &mut Vec<Ground>, rule: String, says: Says) {
    let ground = Ground { rule, says };
    if !grounds.contains(&ground) {
        grounds.push(ground);
    }
}

/// The team that a policy means here, if there is one.
pub(super) fn team_of<'a>(whom: &'a Whom, question: &Question<'a>) -> Option<&'a TeamName> {
    match whom {
        Whom::Team(team) => Some(team),
        Whom::TargetTeam => question.subject.target.team,
        Whom::RunbookOwner => question.subject.owner,
    }
}

fn need(asked: &Asked, question: &Question<'_>, why: &str) -> Result<Need, String> {
    let subject = question.subject;
    let team = team_of(&asked.whom, question);
    let need = |team: &TeamName| Need { team: team.clone(), count: asked.count, why: why.to_owned() };
    team.map(need).ok_or_else(|| {
        let nobody = match asked.whom {
            Whom::RunbookOwner => format!("the runbook {} has no owner", subject.runbook),
            _ => format!("the target {} has no team", subject.target.name),
        };
        format!("Somebody must agree ({why}), but {nobody} in the server's config, so nobody can.")
    })
}

/// Nobody said yes: the reason that always holds, and whom to ask.
fn nobody_lets(question: &Question<'_>) -> String {
    let target = &question.subject.target;
    let ask = target.team.filter(|team| !question.requester.teams.contains(team));
    let ask = ask.map_or_else(|| "whoever runs this server".to_owned(), |team| format!("one of {team}"));
    format!("No policy lets you run this on {}. Ask {ask}.", target.name)
}

/// The config's own `may_run` holds whatever policies say.
fn closed_by_config(question: &Question<'_>, grounds: &mut Vec<Ground>) -> Option<Decision> {
    let target = &question.subject.target;
    let teams = &question.requester.teams;
    if target.may_run.is_empty() || target.may_run.iter().any(|team| teams.contains(team)) {
        return None;
    }
    add(grounds, format!("may_run of target {} (config)", target.name), Says::Forbids);
    let who = target.may_run.iter().map(TeamName::as_str).collect::<Vec<_>>().join(" or ");
    Some(Decision::Deny { why: format!("Only {who} may run on {}. Ask one of them.", target.name) })
}

fn of_config(question: &Question<'_>, grounds: &mut Vec<Ground>) -> Vec<Need> {
    let target = &question.subject.target;
    if !target.gate.is_empty() {
        add(grounds, format!("approve of target {} (config)", target.name), Says::Asks);
    }
    target.gate.to_vec()
}

fn of_document(question: &Question<'_>, grounds: &mut Vec<Ground>) -> Vec<Need> {
    if !question.document.is_empty() {
        let rule = format!("approve of {}#{}", question.subject.runbook, question.subject.action);
        add(grounds, rule, Says::Asks);
    }
    let need = |(team, count): &(String, u32)| Need {
        team: TeamName(team.clone()),
        count: *count,
        why: "the runbook asks for it".to_owned(),
    };
    question.document.iter().map(need).collect()
}
