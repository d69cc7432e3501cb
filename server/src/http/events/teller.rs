//! What one stream tells, and how far it is.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use lastmile_protocol::{Event, Slug, Watch};
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, sleep_until};

use super::wanted::{Wanted, asks_or_answers};
use crate::feed::{Tail, message};
use crate::http::still::Still;
use crate::http::{AppState, Failure};
use crate::people::{Caller, Proof};
use crate::runs::why_told;
use crate::store::StoredEvent;

/// A comment so often keeps proxies from closing a quiet stream, and finds clients that are gone.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What one stream tells, and how far it is.
pub(super) struct Teller {
    state: AppState,
    caller: Caller,
    still: Still,
    wanted: Wanted,
    /// Ready to be sent.
    ready: VecDeque<Bytes>,
    /// Everything up to this number has been told, or is ready.
    seen: u64,
    /// The store may have more.
    is_behind: bool,
    /// The stream must say how far it is once it has caught up.
    says_where: bool,
    /// How many wait for the reader's answer may have changed.
    counts_again: bool,
    /// What the reader watches.
    watches: Box<[Watch]>,
    ears: Ears,
}

/// What a stream listens to.
struct Ears {
    changes: broadcast::Receiver<Arc<StoredEvent>>,
    catalog: broadcast::Receiver<Vec<Slug>>,
    closing: watch::Receiver<bool>,
    tails: FuturesUnordered<NextTail>,
}

impl Teller {
    pub(super) async fn begin(
        state: AppState,
        caller: Caller,
        proof: Proof,
        wanted: Wanted,
    ) -> Result<Box<Self>, Failure> {
        // Listening starts before the store is read: what happens in between comes twice and is dropped by number.
        let ears = Ears {
            changes: state.feed.changes(),
            catalog: state.catalog.changes(),
            closing: state.feed.closing(),
            tails: wanted.runs.iter().map(|run| next_tail(state.feed.tail(run), 0)).collect(),
        };
        let watches = state.runs.watches(&caller).await?.into();
        let newest = state.runs.store.last_seq().await?;
        let waiting = state.runs.waiting_for(&caller).await?;
        let first = [Event::Hello { seq: newest }, waiting];
        let ready = first.iter().map(|event| message(None, event)).collect();
        let seen = wanted.after.map_or(newest, |after| after.min(newest));
        let is_behind = seen < newest;
        let still = Still::begin(state.clone(), proof, spread(state.check_every));
        let (says_where, counts_again) = (is_behind, false);
        Ok(Box::new(Self {
            state,
            caller,
            still,
            wanted,
            ready,
            seen,
            is_behind,
            says_where,
            counts_again,
            watches,
            ears,
        }))
    }

    /// The next message; `None` ends the stream.
    ///
    /// A stream waits here nearly always, so what it needs now and then is boxed: a future is as large as the largest of
    /// its parts, and there may be ten thousand of them.
    pub(super) async fn next(mut self: Box<Self>) -> Option<(Bytes, Box<Self>)> {
        let ping_at = Instant::now() + KEEP_ALIVE;
        loop {
            // Asked before anything is told: a reader who stalled may have been signed out long ago.
            if Instant::now() >= self.still.due() {
                Box::pin(self.check()).await?;
            }
            if let Some(message) = self.ready.pop_front() {
                return Some((message, self));
            }
            if self.is_behind {
                Box::pin(self.catch_up()).await?;
            } else if std::mem::take(&mut self.counts_again) {
                Box::pin(self.count()).await?;
            } else {
                self.listen(ping_at).await?;
            }
        }
    }

    /// Waits until there may be something to tell.
    async fn listen(&mut self, ping_at: Instant) -> Option<()> {
        tokio::select! {
            _ = self.ears.closing.changed() => return None,
            change = self.ears.changes.recv() => match change {
                Ok(event) => self.change(&event),
                Err(broadcast::error::RecvError::Lagged(_)) => self.is_behind = true,
                Err(broadcast::error::RecvError::Closed) => return None,
            },
            Ok(slugs) = self.ears.catalog.recv() => {
                self.ready.push_back(message(None, &Event::Catalog { slugs }));
            }
            Some(Some((tail, told, receiver))) = self.ears.tails.next() => {
                let now = tail.as_ref().map_or(told, |tail| tail.number());
                self.ears.tails.push(next_tail(receiver, now));
                self.ready.extend(tail.map(|tail| tail.message(told)));
            }
            () = sleep_until(self.still.due().min(ping_at)) => {
                if Instant::now() >= ping_at {
                    self.ready.push_back(Bytes::from_static(b":\n\n"));
                }
            }
        }
        Some(())
    }

    /// Whether the reader is still signed in; `None` if not.
    async fn check(&mut self) -> Option<()> {
        if let Some(caller) = self.still.if_due().await.ok()? {
            self.caller = caller;
            self.watches = self.state.runs.watches(&self.caller).await.ok()?.into();
        }
        Some(())
    }

    /// A page of what is stored and was not told yet.
    async fn catch_up(&mut self) -> Option<()> {
        let events = self.state.runs.store.events_after(self.seen).await.ok()?;
        self.is_behind = !events.is_empty();
        for event in &events {
            self.take(event);
        }
        if !self.is_behind && std::mem::take(&mut self.says_where) {
            // Most of it was of no interest here: without this the next stream would begin with it all over again.
            self.ready.push_back(message(None, &Event::Hello { seq: self.seen }));
        }
        Some(())
    }

    /// Two changes may be told in another order than they were stored in: whatever is not the next one makes the store be read.
    fn change(&mut self, event: &StoredEvent) {
        if event.seq == self.seen + 1 {
            self.take(event);
        } else {
            self.is_behind |= event.seq > self.seen;
        }
    }

    fn take(&mut self, event: &StoredEvent) {
        self.seen = event.seq;
        let wanted = self.wanted.has(event);
        let why = why_told(self.caller.person(), &self.watches, &event.run, &self.state.config);
        if let Some(why) = why {
            // Before the change of the same number, which alone carries it: a stream that is cut between them resumes before both.
            let seq = event.seq.saturating_sub(u64::from(wanted));
            let notice = Event::Notice { seq, why, run: event.run.clone() };
            self.ready.push_back(message((!wanted).then_some(seq), &notice));
        }
        if wanted {
            let change = Event::Run { seq: event.seq, run: event.run.clone() };
            self.ready.push_back(message(Some(event.seq), &change));
        }
        self.counts_again |= asks_or_answers(&event.run);
    }

    async fn count(&mut self) -> Option<()> {
        let waiting = self.state.runs.waiting_for(&self.caller).await.ok()?;
        self.ready.push_back(message(None, &waiting));
        Some(())
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        // Our own receivers first, or it would seem that somebody listens.
        self.ears.tails = FuturesUnordered::new();
        self.state.feed.leave_tails(&self.wanted.runs);
    }
}

/// Streams that began together are not checked together.
fn spread(period: Duration) -> Duration {
    static STREAMS: AtomicU64 = AtomicU64::new(0);
    // A step that has no factor in common with the period.
    let step = STREAMS.fetch_add(1, Ordering::Relaxed).wrapping_mul(617);
    Duration::from_millis(step % u64::try_from(period.as_millis()).unwrap_or(u64::MAX).max(1))
}

type Tails = watch::Receiver<Option<Arc<Tail>>>;
type NextTail = std::pin::Pin<Box<dyn Future<Output = Option<(Option<Arc<Tail>>, u64, Tails)>> + Send>>;

/// Waits for the next tail after the one of number `told`; `None` once the run has ended.
fn next_tail(mut tails: Tails, told: u64) -> NextTail {
    Box::pin(async move {
        tails.changed().await.ok()?;
        let tail = tails.borrow_and_update().clone();
        Some((tail, told, tails))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of the future that such a function gives.
    fn size<I, F>(_: impl Fn(I) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_stream_that_waits_is_small() {
        let bytes = size(Teller::next);
        assert!(bytes < 1024, "{bytes} bytes");
    }
}
