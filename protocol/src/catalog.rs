//! Runbooks as lists and pages show them.

use serde::{Deserialize, Serialize};

use crate::{CatalogRow, Digest, Facets, Millis, Need, Slug, TeamName};

/// `GET /api/v1/runbooks?q=…&tag=…&service=…&team=…&actions=1&overdue=1&first=…&count=…`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// A window of what matches, best first; without `q` by title.
    pub runbooks: Vec<CatalogRow>,
    /// How many match in all.
    #[serde(default)]
    pub matching: usize,
    /// How many runbooks there are.
    pub total: usize,
    /// What the filters offer.
    #[serde(default)]
    pub facets: Facets,
    /// No runbook has all words of `q`: these have some of them.
    #[serde(default)]
    pub loosened: bool,
    /// So many runbooks have come or changed and are not searched yet: ask again in a moment.
    #[serde(default)]
    pub indexing: usize,
}

/// A runbook as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunbookSummary {
    /// Its slug.
    pub slug: Slug,
    /// Its title; the slug's last part where the file has none.
    pub title: String,
    /// One sentence.
    #[serde(default)]
    pub description: Option<String>,
    /// What it is about.
    #[serde(default)]
    pub service: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The alerts it answers.
    #[serde(default)]
    pub alerts: Vec<String>,
    /// The team that owns it, by the server's config.
    #[serde(default)]
    pub team: Option<TeamName>,
    /// How many actions it has.
    pub actions: usize,
    /// How many errors stand in it.
    pub errors: usize,
    /// How many warnings stand in it.
    pub warnings: usize,
    /// When the file last changed.
    pub modified: Millis,
    /// Why the file can't be read at all (not UTF-8, no permission, too large); its page then shows this.
    #[serde(default)]
    pub unreadable: Option<String>,
    /// The first problems of the file, for its row in the list (at most three).
    #[serde(default)]
    pub problems: Vec<ProblemLine>,
}

/// A problem as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemLine {
    /// Whether it disables something.
    pub error: bool,
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// `GET /api/v1/runbooks/{slug}?rev=REVISION`: the file itself; the app parses it with the server's own parser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunbookPage {
    /// The catalog's row.
    pub summary: RunbookSummary,
    /// SHA-256 of the file's bytes.
    pub revision: Digest,
    /// The revision that the folder has now; differs from `revision` on an old revision's page.
    pub current: Option<Digest>,
    /// The file's text.
    pub source: String,
    /// Digests that the actions have in the current revision, by name: on an old revision's page an action is
    /// enabled only if its own digest is still among them.
    #[serde(default)]
    pub current_actions: Vec<(String, Digest)>,
    /// The configured targets that the actions of this file can resolve to.
    #[serde(default)]
    pub targets: Vec<TargetView>,
    /// Those of them that have credentials of their own for checks, as checks have them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub check_targets: Vec<TargetView>,
    /// Languages for which the server has an interpreter.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Manual steps that were ticked within the last hour.
    #[serde(default)]
    pub steps: Vec<StepMark>,
    /// The newest run of each action within the last day, so that a card shows its state at once.
    #[serde(default)]
    pub recent: Vec<crate::RunSummary>,
    /// Addresses of links, as written in the file, that lead to a runbook, heading or file that does not exist.
    #[serde(default)]
    pub broken_links: Vec<String>,
    /// What `lastmile lint` says of this text, in the order of lines.
    #[serde(default)]
    pub problems: Vec<PageProblem>,
}

/// A problem as the page of its runbook shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageProblem {
    /// Whether the action it stands in can't run.
    pub error: bool,
    /// A stable name such as `broken-link`.
    pub code: String,
    /// Line in the file, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// A short "do this".
    pub mend: String,
    /// The action it belongs to, by name.
    #[serde(default)]
    pub action: Option<String>,
}

/// A target as an operator may see it: no secret, no value of a variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetView {
    /// Its name.
    pub name: String,
    /// Its environment label, such as `prod`.
    pub environment: String,
    /// One sentence.
    #[serde(default)]
    pub description: Option<String>,
    /// The owning team.
    #[serde(default)]
    pub team: Option<TeamName>,
    /// The wrapper that carries the script there, such as `["ssh", "bar1", "--"]`; empty: this machine.
    #[serde(default)]
    pub command: Vec<String>,
    /// The user whom its scripts run as, where that is not the server's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Names of the variables it sets.
    #[serde(default)]
    pub variables: Vec<String>,
    /// Names of the secrets in its store: a `secret` input of such a name is filled from there, and nobody types it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
}

/// A manual step that somebody has done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepMark {
    /// The step's name.
    pub step: String,
    /// Who ticked it.
    pub by: crate::Person,
    /// When.
    pub at: Millis,
    /// The incident in which it was done.
    #[serde(default)]
    pub incident: Option<String>,
}

/// `POST /api/v1/steps`: tick (or untick) a manual step. Answered with 204.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarkStep {
    /// The runbook.
    pub runbook: Slug,
    /// The revision that the person read.
    pub revision: Digest,
    /// The step's name.
    pub step: String,
    /// `false` takes the tick back.
    pub done: bool,
    /// The incident.
    #[serde(default)]
    pub incident: Option<String>,
}

/// What the policy says of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// It may start at once.
    Allow,
    /// It may not run.
    Deny {
        /// Why, and whom to ask.
        why: String,
    },
    /// Others must agree first.
    NeedsApproval {
        /// All of these must be met.
        needs: Vec<Need>,
    },
}
