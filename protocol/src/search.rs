//! What search and alerts answer with, as lists show it.

use serde::{Deserialize, Serialize};

use crate::{RunbookSummary, TeamName};

/// One row of the catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CatalogRow {
    /// The runbook.
    #[serde(flatten)]
    pub runbook: RunbookSummary,
    /// Whether its review is overdue, by the server's date (UTC).
    #[serde(default)]
    pub overdue: bool,
    /// What of it matches; `None` without a search.
    #[serde(default)]
    pub hit: Option<Hit>,
}

/// Where a runbook matches a search. All texts are split into pieces: nobody has to parse or to escape.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hit {
    /// The title.
    #[serde(default)]
    pub title: Vec<Piece>,
    /// The tags, alerts, service or team that match, each with what it is.
    #[serde(default)]
    pub names: Vec<NameHit>,
    /// The section that matches best; `None` where only title or names do.
    #[serde(default)]
    pub section: Option<SectionHit>,
}

/// A name of a runbook that matches.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NameHit {
    /// What kind of name it is.
    pub kind: NameKind,
    /// The name.
    pub text: Vec<Piece>,
}

/// Kinds of names that a runbook has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// An alert that it answers.
    Alert,
    /// A tag.
    Tag,
    /// Its slug.
    Slug,
    /// A kind that a newer server knows.
    #[serde(other)]
    Other,
}

/// A place in a runbook's text that matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SectionHit {
    /// The anchor of its heading; `None` for what stands above the first one.
    #[serde(default)]
    pub anchor: Option<String>,
    /// Its heading; empty above the first one, and where it only repeats the title.
    #[serde(default)]
    pub heading: Vec<Piece>,
    /// A line or so of its text around the match; empty where only the heading matches.
    #[serde(default)]
    pub excerpt: Vec<Piece>,
    /// Whether the excerpt is code.
    #[serde(default)]
    pub code: bool,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Piece {
    /// The text, as it stands in the file.
    pub text: String,
    /// Whether it is what was looked for.
    #[serde(default)]
    pub hit: bool,
}

/// What the filters offer, and how many runbooks each would leave with all other filters as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facets {
    /// Tags, sorted; none that would leave nothing.
    #[serde(default)]
    pub tags: Vec<Facet>,
    /// Services.
    #[serde(default)]
    pub services: Vec<Facet>,
    /// Owning teams.
    #[serde(default)]
    pub teams: Vec<Facet>,
    /// How many have an action.
    #[serde(default)]
    pub actions: usize,
    /// How many have an overdue review.
    #[serde(default)]
    pub overdue: usize,
}

/// One value that a filter offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    /// The value.
    pub value: String,
    /// How many runbooks it would leave.
    pub count: usize,
}

/// `GET /api/v1/alerts/{name}`: the runbooks for an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertMatches {
    /// The alert's name as asked for.
    pub name: String,
    /// Those that declare it in `alerts`; if none does, those that are called like it.
    pub runbooks: Vec<AlertMatch>,
}

/// A runbook for an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertMatch {
    /// Its slug.
    pub slug: crate::Slug,
    /// Its title.
    pub title: String,
    /// One sentence.
    #[serde(default)]
    pub description: Option<String>,
    /// The owning team.
    #[serde(default)]
    pub team: Option<TeamName>,
    /// Whether it names the alert itself; `false`: only its file is called like it.
    #[serde(default)]
    pub declared: bool,
}
