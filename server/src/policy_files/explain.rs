//! What `lastmile policy explain` prints: a decision, the rules that made it, and what they saw.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context as _, bail, ensure};
use lastmile_protocol::{Decision, Millis, Person, TeamName};
use lastmile_runbook::{Action, Kind, Runbook, value};

use super::command::Request;
use super::{Asker, Decided, PolicyFiles, subject};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Target;
use crate::policy::Glass;

/// A decision that can be read.
pub(super) struct Explained {
    decided: Decided,
    who: String,
    what: String,
    /// What rules can look at, each with its name.
    facts: Vec<(&'static str, String)>,
}

/// # Errors
/// If there is no such person, runbook, action, input or target.
pub(super) fn explain(policies: &PolicyFiles, request: &Request) -> anyhow::Result<Explained> {
    let config = &policies.config;
    let roll = policies.directory.now();
    let person = roll.person(&request.person.as_str().into());
    let person = person.with_context(|| {
        format!("there is no person `{}`, neither in the config nor in the record", request.person)
    })?;
    let (slug, action) =
        request.run.split_once('#').context("--run is written like bar/pool#restart-pool")?;
    let runbook = read(policies, slug)?;
    let action = runbook.action(action).with_context(|| format!("{slug} has no action `{action}`"))?;
    ensure!(!action.disabled, "the action is disabled; `lastmile lint` says why");
    let values = values(&runbook, action, &request.inputs)?;
    let name = request.target.clone().unwrap_or_else(|| action.resolve_target(&values));
    let target = config.targets.get(&name).with_context(|| format!("the config has no target `{name}`"))?;
    let asks = action.approvals(&values, &target.view.environment);
    let inputs = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let subject = subject(config, (slug, &action.name, action.kind == Kind::Check), target, inputs);
    let asker = Asker { person, token: request.token };
    let decided = policies.decide(asker, &subject, (&asks, &[]), moment(policies, request)?);
    let owner = subject.owner.map_or_else(|| "nobody".to_owned(), ToString::to_string);
    let facts = facts(&decided, person, target, owner);
    let what = format!("{slug}#{} on {name}", action.name);
    Ok(Explained { who: person.name.clone(), what, facts, decided })
}

fn read(policies: &PolicyFiles, slug: &str) -> anyhow::Result<Runbook> {
    let path = policies.config.runbooks.join(format!("{slug}.md"));
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
    Ok(lastmile_runbook::parse(&text))
}

fn values(runbook: &Runbook, action: &Action, given: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
    let pair = |text: &String| {
        let (name, value) =
            text.split_once('=').with_context(|| format!("--input {text}: write NAME=VALUE"))?;
        Ok((name.to_owned(), value.to_owned()))
    };
    let typed = given.iter().map(pair).collect::<anyhow::Result<BTreeMap<_, _>>>()?;
    value::check_all(runbook, action, &typed).map_err(|problems| {
        let lines = problems.into_iter().map(|problem| format!("{}: {}", problem.name, problem.message));
        anyhow::anyhow!("inputs are refused\n{}", lines.collect::<Vec<_>>().join("\n"))
    })
}

fn moment(policies: &PolicyFiles, request: &Request) -> anyhow::Result<Millis> {
    match &request.at {
        None => Ok(SystemClock.now()),
        Some(text) => match policies.config.policy.moment(text) {
            Some(at) => Ok(at),
            None => bail!("--at {text}: write it like 2026-12-24T18:00:00"),
        },
    }
}

fn facts(decided: &Decided, person: &Person, target: &Target, owner: String) -> Vec<(&'static str, String)> {
    let at = &decided.at;
    let list = |words: Vec<&str>| if words.is_empty() { "none".to_owned() } else { words.join(", ") };
    let team = target.view.team.as_ref().map_or("nobody", TeamName::as_str);
    vec![
        ("teams", list(person.teams.iter().map(TeamName::as_str).collect())),
        ("environment", target.view.environment.clone()),
        ("target's team", team.to_owned()),
        ("runbook's owner", owner),
        ("hour", at.hour.to_string()),
        ("weekday", at.weekday.to_string()),
        ("freezes", list(at.freezes.iter().map(String::as_str).collect())),
        ("through a token", if at.token { "yes" } else { "no" }.to_owned()),
        ("error budget", at.error_budget.map_or_else(|| "unknown".to_owned(), |left| format!("{left} %"))),
        ("policies", decided.policy.to_string()),
    ]
}

impl Explained {
    pub(super) fn json(&self) -> serde_json::Value {
        let ground = |ground: &crate::policy::Ground| serde_json::json!({"rule": ground.rule, "says": ground.says.word()});
        serde_json::json!({
            "person": self.who,
            "run": self.what,
            "decision": self.decided.verdict.decision,
            "because": self.decided.verdict.grounds.iter().map(ground).collect::<Vec<_>>(),
            "facts": self.facts.iter().map(|(name, value)| (*name, value)).collect::<BTreeMap<_, _>>(),
        })
    }
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (who, what) = (&self.who, &self.what);
        match &self.decided.verdict.decision {
            Decision::Allow => writeln!(f, "{who} may run {what}.")?,
            Decision::Deny { why } => writeln!(f, "{who} may not run {what}: {why}")?,
            Decision::NeedsApproval { needs } => {
                writeln!(f, "{who} may run {what} once others agree:")?;
                for need in needs {
                    writeln!(f, "  {} of {}: {}", need.count, need.team, need.why)?;
                }
            }
        }
        if let (Decision::NeedsApproval { .. }, Glass::Breaks { reviewers, by }) =
            (&self.decided.verdict.decision, &self.decided.glass)
        {
            let teams: Vec<_> = reviewers.iter().map(TeamName::as_str).collect();
            let (teams, by) = (teams.join(" or "), by.join(", "));
            writeln!(f, "{who} may break the glass ({by}); one of {teams} reviews it afterwards.")?;
        }
        writeln!(f, "because")?;
        for ground in &self.decided.verdict.grounds {
            writeln!(f, "  {ground}")?;
        }
        writeln!(f, "seeing")?;
        self.facts.iter().try_for_each(|(name, value)| writeln!(f, "  {name:<16} {value}"))
    }
}
