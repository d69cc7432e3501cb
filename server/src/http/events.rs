//! `/events`: one stream of server-sent events for a tab.
//!
//! A task of its own feeds each stream through a channel of one place: state changes wait for room, and a slow
//! reader makes the task slow and nobody else; log tails are taken when there is room, so they are always the newest.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::response::Sse;
use axum::response::sse::{Event as SseEvent, KeepAlive};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use lastmile_protocol::{Event, LogTail, RunId, RunState, Slug};
use tokio::sync::{broadcast, mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

use super::{AppState, Failure};
use crate::people::Caller;
use crate::store::StoredEvent;

/// Runs whose log tails one stream may carry.
const MAX_RUNS: usize = 32;
/// A comment so often keeps proxies from closing a quiet stream, and finds clients that are gone.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What a stream is to carry.
#[derive(Debug, Default, PartialEq)]
struct Wanted {
    runs: Vec<RunId>,
    runbook: Option<Slug>,
    after: Option<u64>,
}

impl Wanted {
    /// `run=ID` may stand several times, which a plain struct can't say.
    fn parse(query: &str) -> Self {
        let mut wanted = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "run" if wanted.runs.len() < MAX_RUNS => wanted.runs.push(RunId(value.into_owned())),
                "runbook" => wanted.runbook = Some(Slug(value.into_owned())),
                "after" => wanted.after = value.parse().ok(),
                _ => {}
            }
        }
        wanted
    }

    fn has(&self, event: &StoredEvent) -> bool {
        self.runs.contains(&event.run.id) || self.runbook.as_ref() == Some(&event.run.runbook)
    }
}

pub(super) async fn stream(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Sse<impl futures_util::Stream<Item = Result<SseEvent, Infallible>>>, Failure> {
    let wanted = Wanted::parse(query.as_deref().unwrap_or_default());
    // Listening starts before the store is read: what happens in between comes twice and is dropped by number.
    let changes = state.feed.changes();
    let newest = state.runs.store.last_seq().await?;
    let (to_client, stream) = mpsc::channel(1);
    let teller = Teller {
        seen: wanted.after.map_or(newest, |after| after.min(newest)),
        state,
        caller,
        wanted,
        to_client,
    };
    tokio::spawn(async move {
        // The client is gone, or the server stops: either way the stream is over.
        let _ = teller.tell(changes, newest).await;
    });
    Ok(Sse::new(ReceiverStream::new(stream)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// The client has gone away.
struct Gone;

struct Teller {
    state: AppState,
    caller: Caller,
    wanted: Wanted,
    to_client: mpsc::Sender<Result<SseEvent, Infallible>>,
    /// Everything up to this number has been told.
    seen: u64,
}

impl Teller {
    async fn tell(
        mut self,
        mut changes: broadcast::Receiver<Arc<StoredEvent>>,
        newest: u64,
    ) -> Result<(), Gone> {
        let mut closing = self.state.feed.closing();
        let mut catalog = self.state.catalog.changes();
        let tails: Vec<_> = self.wanted.runs.iter().map(|run| self.state.feed.tail(run)).collect();
        self.send(None, &Event::Hello { seq: newest }).await?;
        self.count_approvals().await?;
        self.catch_up().await?;
        let mut tails: FuturesUnordered<_> = tails.into_iter().map(next_tail).collect();
        loop {
            tokio::select! {
                _ = closing.changed() => return Ok(()),
                () = self.to_client.closed() => return Err(Gone),
                change = changes.recv() => match change {
                    Ok(event) => self.change(&event).await?,
                    Err(broadcast::error::RecvError::Lagged(_)) => self.catch_up().await?,
                    Err(broadcast::error::RecvError::Closed) => return Ok(()),
                },
                Ok(slugs) = catalog.recv() => self.send(None, &Event::Catalog { slugs }).await?,
                Some(Some((tail, receiver))) = tails.next() => {
                    tails.push(next_tail(receiver));
                    if let Some(tail) = tail {
                        self.send(None, &Event::Tail(LogTail::clone(&tail))).await?;
                    }
                }
            }
        }
    }

    /// Tells what is stored and was not told yet.
    async fn catch_up(&mut self) -> Result<(), Gone> {
        loop {
            let Ok(events) = self.state.runs.store.events_after(self.seen).await else { return Err(Gone) };
            if events.is_empty() {
                return Ok(());
            }
            for event in events {
                self.change(&event).await?;
            }
        }
    }

    async fn change(&mut self, event: &StoredEvent) -> Result<(), Gone> {
        if event.seq <= self.seen {
            return Ok(());
        }
        self.seen = event.seq;
        if self.wanted.has(event) {
            let message = Event::Run { seq: event.seq, run: event.run.clone() };
            self.send(Some(event.seq), &message).await?;
        }
        if asks_or_answers(event.run.state) { self.count_approvals().await } else { Ok(()) }
    }

    async fn count_approvals(&self) -> Result<(), Gone> {
        let Ok(to_answer) = self.state.runs.to_answer(&self.caller).await else { return Err(Gone) };
        self.send(None, &Event::Approvals { to_answer }).await
    }

    async fn send(&self, id: Option<u64>, event: &Event) -> Result<(), Gone> {
        let message = SseEvent::default().json_data(event).map_err(|_| Gone)?;
        let message = match id {
            Some(id) => message.id(id.to_string()),
            None => message,
        };
        self.to_client.send(Ok(message)).await.map_err(|_| Gone)
    }
}

/// Whether somebody may have one more, or one less, to answer: a run that works changes nothing for approvers.
fn asks_or_answers(state: RunState) -> bool {
    use RunState::{Approved, AwaitingApproval, Cancelled, Expired, Queued, Rejected};
    matches!(state, AwaitingApproval | Approved | Queued | Rejected | Expired | Cancelled)
}

type Tails = watch::Receiver<Option<Arc<LogTail>>>;

/// The next newest lines; `None` once the run has ended and its last lines were told.
async fn next_tail(mut tails: Tails) -> Option<(Option<Arc<LogTail>>, Tails)> {
    // The first look tells what is there already.
    if !tails.has_changed().unwrap_or(false) {
        tails.changed().await.ok()?;
    }
    let newest = tails.borrow_and_update().clone();
    Some((newest, tails))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_may_want_several_runs_and_a_runbook_with_slashes() {
        let wanted = Wanted::parse("run=a&run=b&runbook=bar%2Fpool&after=7&other=x");
        assert_eq!(wanted.runs, [RunId::from("a"), RunId::from("b")]);
        assert_eq!(wanted.runbook, Some(Slug::from("bar/pool")));
        assert_eq!(wanted.after, Some(7));
    }

    #[test]
    fn a_number_that_is_none_means_from_now_on() {
        assert_eq!(Wanted::parse("after=x").after, None);
    }
}
