//! What a letter says. Inputs are left out on purpose: whoever may see them follows the link.

use std::collections::BTreeSet;

use lastmile_protocol::{Millis, RunSummary, TeamName};
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The team is asked to agree.
    Asked,
    /// It was asked, and nobody has answered yet.
    Reminder,
    /// Somebody who was asked asks somebody else of the team to answer.
    Referred,
    /// Another team was asked in vain, and this one is asked to help.
    HandedOn,
    /// Somebody broke the glass.
    BreakGlass,
    /// A review that the team has to give is overdue.
    ReviewOverdue,
}

/// How a letter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As JSON to an address.
    Webhook,
    /// As text to people.
    Email,
}

impl Way {
    /// Its word in the record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Email => "email",
        }
    }
}

/// A letter to a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// What happened.
    pub event: Event,
    /// Whom it is for.
    pub team: TeamName,
    /// When, in milliseconds since the Unix epoch.
    pub at: Millis,
    /// The run's page.
    pub url: String,
    /// The run's id.
    pub run: String,
    /// The action's label.
    pub label: String,
    /// The runbook's title.
    pub runbook: String,
    /// Where it runs.
    pub target: String,
    /// The target's environment.
    pub environment: String,
    /// Who asked for it.
    pub requester: String,
    /// Why, in their words.
    pub reason: Option<String>,
    /// The ticket.
    pub ticket: Option<String>,
    /// Who does what, where the event alone does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Ids of all runs that it is about, where they were asked for with one request; `run` is the first of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<String>,
}

impl Letter {
    /// About that run; the team is filled in for each.
    #[must_use]
    pub fn about(event: Event, run: &RunSummary, base: &str, at: Millis) -> Self {
        let broken = run.break_glass.as_ref().map(|broken| broken.reason.clone());
        Self {
            event,
            team: TeamName::from(""),
            at,
            url: format!("{base}/runs/{}", run.id),
            run: run.id.to_string(),
            label: run.label.clone(),
            runbook: run.runbook_title.clone(),
            target: run.target.clone(),
            environment: run.environment.clone(),
            requester: run.requester.name.clone(),
            reason: broken.or_else(|| run.reason.clone()),
            ticket: run.ticket.clone(),
            note: None,
            runs: Vec::new(),
        }
    }

    /// About runs of one request; `None`: there are none. A single one of them is told with the request's page, too.
    #[must_use]
    pub fn about_several(event: Event, runs: &[&RunSummary], base: &str, at: Millis) -> Option<Self> {
        let first = runs.first()?;
        let letter = Self::about(event, first, base, at);
        let Some(place) = &first.batch else { return Some(letter) };
        let each = |value: fn(&RunSummary) -> &str| {
            let mut seen = BTreeSet::new();
            let all = runs.iter().map(|run| value(run)).filter(|value| seen.insert(*value));
            all.collect::<Vec<_>>().join(", ")
        };
        let label =
            if runs.len() > 1 { format!("{} ({} runs)", first.label, runs.len()) } else { letter.label };
        Some(Self {
            url: format!("{base}/requests/{}", place.id),
            label,
            target: each(|run| &run.target),
            environment: each(|run| &run.environment),
            runs: runs.iter().map(|run| run.id.to_string()).collect(),
            ..letter
        })
    }

    /// In a line.
    #[must_use]
    pub fn subject(&self) -> String {
        let Self { requester, label, target, team, .. } = self;
        let line = match self.event {
            Event::Asked => format!("{requester} asks {team}: {label} on {target}"),
            Event::Reminder => format!("Still waits for {team}: {label} on {target}, asked by {requester}"),
            Event::HandedOn => format!("Handed on to {team}: {label} on {target}, asked by {requester}"),
            Event::Referred => {
                let note = self.note.as_deref().unwrap_or("Somebody else is to answer");
                format!("{note}: {label} on {target}, asked by {requester}")
            }
            Event::BreakGlass => format!("BREAK-GLASS by {requester}: {label} on {target}"),
            Event::ReviewOverdue => format!("Review overdue: {label} on {target}, by {requester}"),
        };
        // A header is one line, whatever people typed.
        line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
    }

    /// The whole, as text.
    #[must_use]
    pub fn text(&self) -> String {
        let reason = self.reason.as_deref().unwrap_or("No reason was given.");
        let ticket = self.ticket.as_ref().map(|ticket| format!("Ticket: {ticket}\n")).unwrap_or_default();
        format!(
            "{}\n\nRunbook: {}\nTarget: {} ({})\n{ticket}Reason: {reason}\n\n{}\n",
            self.subject(),
            self.runbook,
            self.target,
            self.environment,
            self.url
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line_whatever_people_typed() {
        let letter = Letter {
            event: Event::BreakGlass,
            team: "net".into(),
            at: Millis(0),
            url: "http://x/runs/1".into(),
            run: "1".into(),
            label: "Open\r\nBcc: everybody@example.com".into(),
            runbook: "Gate".into(),
            target: "fw".into(),
            environment: "prod".into(),
            requester: "Ann".into(),
            reason: None,
            ticket: None,
            note: None,
            runs: Vec::new(),
        };
        assert_eq!(letter.subject(), "BREAK-GLASS by Ann: Open  Bcc: everybody@example.com on fw");
        assert!(letter.text().contains("http://x/runs/1"));
    }
}
