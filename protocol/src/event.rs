//! What the server tells without being asked: `GET /api/v1/events`.
//!
//! Query: `run=ID` (repeatable: state and log tail of these runs), `runbook=SLUG` (states of its runs), `after=SEQ`
//! (resume). Everybody gets `catalog` and `approvals`, and a `notice` of what concerns them. Messages with an SSE `id` are stored, gapless and resumable;
//! those without (`tail`, `catalog`, `approvals`) are the newest state of something, and lossy.

use serde::{Deserialize, Serialize};

use crate::{LogTail, RunSummary};

/// One server-sent event; `data` is this as JSON, the SSE event name is always `message`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// First message of every connection: the sequence number up to which the stream is complete.
    Hello {
        /// The newest stored sequence number, to resume after.
        seq: u64,
    },
    /// A run has changed its state. Its SSE id is `seq`.
    Run {
        /// The store's sequence number.
        seq: u64,
        /// The run as it is now.
        run: RunSummary,
    },
    /// Something that this person is told: a run that concerns them is like this now. Where the stream carries the change
    /// itself too, it follows and has the number; else `seq` is this one's SSE id. Cut in between, it is told again.
    Notice {
        /// After which number to resume.
        seq: u64,
        /// Why they are told.
        why: crate::NoticeWhy,
        /// The run as it is now.
        run: RunSummary,
    },
    /// The newest lines of a run.
    Tail(LogTail),
    /// The runbook folder has changed: ask again for what is shown.
    Catalog {
        /// The slugs that changed, came or went.
        slugs: Vec<crate::Slug>,
    },
    /// How many runs wait for this person.
    Approvals {
        /// Those that wait for their answer.
        to_answer: u32,
        /// Those whose broken glass they may review.
        #[serde(default)]
        to_review: u32,
    },
    /// A message of a newer server.
    #[serde(other)]
    Unknown,
}
