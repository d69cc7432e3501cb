//! Watching instead of being asked: who watches is told, and nobody waits for them.

use serde::{Deserialize, Serialize};

use crate::RunSummary;

/// What can be watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchKind {
    /// A runbook, by its slug.
    Runbook,
    /// An action: `SLUG#NAME`.
    Action,
    /// A target, by its name.
    Target,
    /// Something of a newer server.
    #[serde(other)]
    Unknown,
}

impl WatchKind {
    /// Its word on the wire and in the record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Runbook => "runbook",
            Self::Action => "action",
            Self::Target => "target",
            Self::Unknown => "unknown",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let all = [Self::Runbook, Self::Action, Self::Target];
        all.into_iter().find(|kind| kind.as_str() == word).unwrap_or(Self::Unknown)
    }
}

/// One thing that a person watches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Watch {
    /// What it is.
    pub kind: WatchKind,
    /// Which.
    pub name: String,
}

impl Watch {
    /// Whether that run is one of what is watched.
    #[must_use]
    pub fn covers(&self, run: &RunSummary) -> bool {
        match self.kind {
            WatchKind::Runbook => run.runbook.as_str() == self.name,
            WatchKind::Action => {
                self.name.rsplit_once('#') == Some((run.runbook.as_str(), run.action.as_str()))
            }
            WatchKind::Target => run.target == self.name,
            WatchKind::Unknown => false,
        }
    }
}

/// `POST /api/v1/watching`: watch it, or don't any more; answered with [`Watching`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetWatch {
    /// What.
    #[serde(flatten)]
    pub watch: Watch,
    /// Watch it.
    pub on: bool,
}

/// `GET /api/v1/watching`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watching {
    /// What the person watches, sorted.
    pub watches: Vec<Watch>,
    /// The newest runs of it, newest first, at most 50.
    #[serde(default)]
    pub runs: Vec<RunSummary>,
}

/// Why somebody is told of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeWhy {
    /// Somebody broke the glass, and it concerns a team of theirs.
    BreakGlass,
    /// A review is overdue that their team has to give.
    ReviewOverdue,
    /// A first team has not answered for a while, and theirs is told too.
    HandedOn,
    /// Somebody who was asked asks them to answer instead.
    Referred,
    /// They asked for it.
    Yours,
    /// They watch its runbook, action or target.
    Watched,
    /// A reason of a newer server.
    #[serde(other)]
    Unknown,
}
