//! The states of a run.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a run stands. Each state's first moment is kept in [`RunTimes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Others must agree first.
    AwaitingApproval,
    /// All have agreed; it starts at once, or waits for the requester if the request is older than ten minutes.
    Approved,
    /// Waits for its turn.
    Queued,
    /// The intent is recorded; the process is being started.
    Starting,
    /// The process runs.
    Running,
    /// It ended with exit code 0.
    Succeeded,
    /// It ended otherwise, or could not be started.
    Failed,
    /// It was ended because its time was up.
    TimedOut,
    /// Somebody ended it, or withdrew the request.
    Cancelled,
    /// It may have run; the outcome is unknown.
    Lost,
    /// Somebody who had to agree said no.
    Rejected,
    /// Nobody answered in time, or it was not started in time.
    Expired,
    /// A state of a newer server.
    #[serde(other)]
    Unknown,
}

impl RunState {
    /// All states but `Unknown`, in the order of a run's life.
    pub const ALL: [Self; 12] = [
        Self::AwaitingApproval,
        Self::Approved,
        Self::Queued,
        Self::Starting,
        Self::Running,
        Self::Succeeded,
        Self::Failed,
        Self::TimedOut,
        Self::Cancelled,
        Self::Lost,
        Self::Rejected,
        Self::Expired,
    ];

    /// Whether nothing will follow.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Succeeded
                | Self::Failed
                | Self::TimedOut
                | Self::Cancelled
                | Self::Lost
                | Self::Rejected
                | Self::Expired
        )
    }

    /// The wire name, such as `awaiting_approval`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingApproval => "awaiting_approval",
            Self::Approved => "approved",
            Self::Queued => "queued",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
        }
    }

    /// The state of that wire name; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
