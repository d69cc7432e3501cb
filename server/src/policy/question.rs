//! What the policy is asked: who wants what, where, and how things stand. Everything that a decision may depend on.

use lastmile_protocol::{Need, Person, TeamName};

/// May this person run this, and who must agree?
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// Who asks.
    pub requester: &'a Person,
    /// What would run, and where.
    pub subject: &'a Subject<'a>,
    /// How things stand.
    pub at: &'a Circumstances,
    /// What the document asks for, of these inputs and this environment.
    pub document: &'a [(String, u32)],
    /// What was asked for when it was decided on before: a run that waits never needs less.
    pub before: &'a [Need],
    /// How many people of a team could agree besides the requester; `None`: there is no such team.
    pub others: &'a dyn Fn(&TeamName) -> Option<usize>,
}

/// An action with its inputs on a target.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The runbook's slug.
    pub runbook: &'a str,
    /// The team that the config gives the runbook's path to.
    pub owner: Option<&'a TeamName>,
    /// The action's name.
    pub action: &'a str,
    /// Whether the author calls it a check.
    pub check: bool,
    /// Where.
    pub target: Place<'a>,
    /// Inputs as the script gets them, without secrets.
    pub inputs: Vec<(&'a str, &'a str)>,
}

/// A target, as far as a decision may depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its environment.
    pub environment: &'a str,
    /// The team that answers for it.
    pub team: Option<&'a TeamName>,
    /// Teams that may run there; empty: everybody.
    pub may_run: &'a [TeamName],
    /// The config's own gate.
    pub gate: &'a [Need],
}

/// How things stand at the moment of a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// 0 to 23, in the configured zone.
    pub hour: i64,
    /// 1 is Monday, 7 is Sunday.
    pub weekday: i64,
    /// Names of the freezes in force for the target.
    pub freezes: Vec<String>,
    /// Per cent left of the target's error budget, if somebody knows.
    pub error_budget: Option<i64>,
    /// A program asks in the requester's name, through an API token.
    pub token: bool,
}
