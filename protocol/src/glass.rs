//! Break-glass: a run that was started at once although others had to agree, and the review that follows.

use serde::{Deserialize, Serialize};

use crate::{Digest, Millis, Need, Person, TeamName};

/// What the card may offer: starting at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlassOffer {
    /// One person of any of these teams reviews it.
    pub reviewers: Vec<TeamName>,
    /// Within so many seconds.
    pub review_within: u64,
}

/// A run whose requester broke the glass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenGlass {
    /// Why, in the requester's words.
    pub reason: String,
    /// Who would have had to agree.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// What should have been done first, by label.
    #[serde(default)]
    pub skipped: Vec<String>,
    /// One person of any of these teams reviews it, never the requester.
    pub reviewers: Vec<TeamName>,
    /// The review is overdue from then on.
    pub review_by: Millis,
    /// What the reviewer said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// When an overdue review was told to the reviewing teams.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated: Option<Millis>,
}

impl BrokenGlass {
    /// Whether nobody has reviewed it although its time is over.
    #[must_use]
    pub fn is_overdue(&self, now: Millis) -> bool {
        self.review.is_none() && now >= self.review_by
    }
}

/// What a reviewer says of a broken glass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewVerdict {
    /// It was right to start at once.
    Right,
    /// It should have waited.
    ShouldHaveWaited,
    /// A verdict of a newer server.
    #[serde(other)]
    Unknown,
}

/// A review, once given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Who.
    pub by: Person,
    /// What they say.
    pub verdict: ReviewVerdict,
    /// In their words.
    pub comment: String,
    /// When.
    pub at: Millis,
}

/// `POST /api/v1/runs/{id}/review`; answered with [`crate::Run`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRequest {
    /// The digest of the run spec as the person saw it.
    pub digest: Digest,
    /// What they say.
    pub verdict: ReviewVerdict,
    /// In their words; never empty.
    pub comment: String,
}
