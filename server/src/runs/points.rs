//! Named moments between a look at the record and the deed that rests on it.
//!
//! What could go wrong there depends on who else acts in between. Tests hold a task at such a moment and let others go first;
//! a server has nobody who listens, and pays a look at an empty `Option`.

use std::pin::Pin;

use lastmile_protocol::RunId;

use super::Runs;

/// A named moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Point {
    /// The policy was asked about an answer, which is recorded next.
    Judged,
    /// An answer, or a retry, has put the run into the queue, and nothing drives it yet.
    Queued,
    /// Who cancels is on record, and the run ends next.
    Noted,
    /// A run in the queue is still allowed, and the intent to start it is recorded next.
    Allowed,
    /// The intent is recorded, and the per-run process starts next.
    Intended,
    /// A retry is still allowed and free, and is recorded next.
    Retrying,
    /// Who withdraws retries may, and they are withdrawn next.
    Withdrawing,
    /// Nothing drives the run any more.
    Over,
}

/// Is told when a task reaches a point, and decides when it goes on.
pub trait Points: Send + Sync {
    /// Resolves when the task may go on.
    fn reached<'a>(&'a self, point: Point, run: &'a RunId) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

impl Runs {
    pub(super) async fn reached(&self, point: Point, run: &RunId) {
        if let Some(points) = &self.points {
            points.reached(point, run).await;
        }
    }
}
