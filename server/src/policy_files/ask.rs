//! A question put to the policies in force: with the hour, the freezes and the error budget of the moment.

use jiff::Timestamp;
use lastmile_protocol::{Decision, Digest, Millis, Need, Person, TeamName};

use super::PolicyFiles;
use crate::config::{Config, Target};
use crate::people::Caller;
use crate::policy::{Circumstances, Glass, Ground, Place, Question, Says, Subject, Verdict};

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// Whose rights hold.
    pub person: &'a Person,
    /// A program asks in their name, through an API token.
    pub token: bool,
}

impl<'a> Asker<'a> {
    /// Somebody who has signed in, or a program that acts in their name.
    #[must_use]
    pub fn of(caller: &'a Caller) -> Self {
        Self { person: caller.person(), token: caller.token().is_some() }
    }
}

/// What was decided, and by which policies.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The decision and its grounds.
    pub verdict: Verdict,
    /// Whether this person may start it at once although others must agree.
    pub glass: Glass,
    /// The policies' digest.
    pub policy: Digest,
    /// How things stood.
    pub at: Circumstances,
}

impl Decided {
    /// What the decision rested on, for the record.
    #[must_use]
    pub fn account(&self) -> serde_json::Value {
        let ground = |ground: &Ground| serde_json::json!({ "rule": ground.rule, "says": ground.says.word() });
        serde_json::json!({
            "policy": self.policy,
            "rules": self.verdict.grounds.iter().map(ground).collect::<Vec<_>>(),
            "hour": self.at.hour, "weekday": self.at.weekday, "freezes": self.at.freezes,
            "error_budget": self.at.error_budget, "token": self.at.token,
            "break_glass": match &self.glass {
                Glass::Breaks { by, .. } => by.as_slice(),
                Glass::Stays { .. } => &[],
            },
        })
    }
}

/// An action on a target as the config knows both; `inputs` without secrets.
#[must_use]
pub fn subject<'a>(
    config: &'a Config,
    (runbook, action, check): (&'a str, &'a str, bool),
    target: &'a Target,
    inputs: Vec<(&'a str, &'a str)>,
) -> Subject<'a> {
    let place = Place {
        name: &target.view.name,
        environment: &target.view.environment,
        team: target.view.team.as_ref(),
        may_run: &target.may_run,
        gate: &target.approve,
    };
    Subject { runbook, owner: config.owner_of(runbook), action, check, target: place, inputs }
}

impl PolicyFiles {
    /// Decides. `before`: what was asked for when it was decided on before.
    #[must_use]
    pub fn decide(
        &self,
        asker: Asker<'_>,
        subject: &Subject<'_>,
        (document, before): (&[(String, u32)], &[Need]),
        now: Millis,
    ) -> Decided {
        let in_force = self.in_force();
        let policy = in_force.policies.digest().clone();
        let Asker { person: requester, token } = asker;
        let Some(at) = self.circumstances(subject, now, &in_force) else {
            let (verdict, glass) = no_time();
            return Decided { verdict, glass, policy, at: Circumstances::default() };
        };
        let at = Circumstances { token, ..at };
        let roll = self.directory.now();
        let others = |team: &TeamName| {
            self.config.teams.contains_key(team).then(|| roll.others_in(team, &requester.id))
        };
        let question = Question { requester, subject, at: &at, document, before, others: &others };
        let verdict = in_force.policies.decide(&question);
        if let Some(failure) = verdict.failure() {
            tracing::error!(
                runbook = subject.runbook,
                action = subject.action,
                "a request was refused: {failure}"
            );
        }
        let glass = if token {
            // Whoever breaks it answers for it to somebody: that is no program's to do.
            let why = "No API token can break the glass. Sign in and do it yourself.".to_owned();
            Glass::Stays { why, failure: None }
        } else {
            in_force.policies.glass(&question, &verdict.decision)
        };
        if let Glass::Stays { failure: Some(failure), .. } = &glass {
            tracing::error!(
                runbook = subject.runbook,
                action = subject.action,
                "the glass stays whole: {failure}"
            );
        }
        Decided { verdict, glass, policy, at }
    }

    fn circumstances(
        &self,
        subject: &Subject<'_>,
        now: Millis,
        in_force: &super::InForce,
    ) -> Option<Circumstances> {
        let policy = &self.config.policy;
        let at = policy.zone.to_datetime(Timestamp::from_millisecond(now.0).ok()?);
        let target = &subject.target;
        let freezes = policy.freezes.iter().filter(|it| it.holds(target.name, target.environment, now));
        Some(Circumstances {
            hour: at.hour().into(),
            weekday: at.weekday().to_monday_one_offset().into(),
            freezes: freezes.map(|freeze| freeze.name.clone()).collect(),
            error_budget: in_force.budgets.left(target.name),
            token: false,
        })
    }
}

/// A clock that shows no time: what can't be judged is refused.
fn no_time() -> (Verdict, Glass) {
    let why = "The server's clock is wrong, so nothing can be decided. Tell whoever runs it.".to_owned();
    let says = Says::Fails("the clock shows no time that there is".to_owned());
    let grounds = vec![Ground { rule: "the clock".to_owned(), says }];
    let glass = Glass::Stays { why: why.clone(), failure: None };
    (Verdict { decision: Decision::Deny { why }, grounds }, glass)
}
