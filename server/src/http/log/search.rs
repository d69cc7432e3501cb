//! Searches: few at a time for one person, and none for a client that has gone.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query as Parameters, State};
use axum::http::StatusCode;
use lastmile_protocol::{ErrorDetails, LogMatches, PersonId, RunId, SEARCH_LINES, Stream, code};
use serde::Deserialize;

use super::{AppState, Failure, Still, dir, read};
use crate::log::{BadPattern, Limits, Pattern, Query};
use crate::people::{Caller, Proof};

/// Longest text or expression, in bytes.
const LONGEST: usize = 1000;
/// A search that takes longer answers with where it got to.
const MOMENT: Duration = Duration::from_millis(300);
/// Searches that one person has running at most: a viewer that types on leaves the former ones.
const AT_ONCE: u32 = 4;

#[derive(Deserialize)]
pub(in crate::http) struct SearchQuery {
    q: String,
    #[serde(default)]
    after: u64,
    /// `regex=1`: `q` is a regular expression.
    #[serde(default)]
    regex: u8,
    /// `case=1`: case counts.
    #[serde(default)]
    case: u8,
    stream: Option<StreamName>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StreamName {
    #[serde(alias = "out")]
    Stdout,
    #[serde(alias = "err")]
    Stderr,
    System,
}

pub(in crate::http) async fn search(
    State(state): State<AppState>,
    caller: Caller,
    proof: Proof,
    Path(id): Path<RunId>,
    query: Result<Parameters<SearchQuery>, QueryRejection>,
) -> Result<Json<LogMatches>, Failure> {
    let Parameters(asked) = query?;
    let query = parse(&asked)?;
    let running = state.searches.begin(&caller.person().id)?;
    let (dir, _) = dir(&state, &caller, &id).await?;
    // Dropped with this future, that is when the client has gone.
    let left = Left::default();
    let cancelled = Arc::clone(&left.0);
    let found = read(dir, move |log| {
        let _running = running;
        let limits = Limits { lines: SEARCH_LINES, bytes: u64::MAX, time: MOMENT, cancelled: &cancelled };
        log.search(&query, limits)
    });
    // One line may be so long that its search takes for ever.
    let still = Still::begin(state, proof, Duration::ZERO);
    tokio::select! {
        found = found => Ok(Json(found?.unwrap_or_default())),
        _ = still.ended() => Err(Failure::session_ended()),
    }
}

fn parse(asked: &SearchQuery) -> Result<Query, Failure> {
    if asked.q.is_empty() || asked.q.len() > LONGEST {
        let message = format!("Search for 1 to {LONGEST} bytes of text.");
        return Err(Failure::new(StatusCode::BAD_REQUEST, code::BAD_REQUEST, message));
    }
    let case = asked.case != 0;
    let pattern =
        if asked.regex == 0 { Pattern::plain(&asked.q, case) } else { Pattern::regex(&asked.q, case) };
    let stream = asked.stream.map(|name| match name {
        StreamName::Stdout => Stream::Out,
        StreamName::Stderr => Stream::Err,
        StreamName::System => Stream::System,
    });
    Ok(Query { pattern: pattern.map_err(|bad| refused(&asked.q, &bad))?, after: asked.after, stream })
}

fn refused(expression: &str, bad: &BadPattern) -> Failure {
    let place = bad.at.map(|at| {
        let before = expression.get(..at).unwrap_or(expression);
        format!(" at character {}", before.chars().count() + 1)
    });
    let message = format!("The regular expression can't be used{}: {}.", place.unwrap_or_default(), bad.why);
    Failure::new(StatusCode::BAD_REQUEST, code::BAD_PATTERN, message)
        .with(ErrorDetails::Pattern { at: bad.at })
}

/// Tells a search that nobody waits for it any more.
#[derive(Default)]
struct Left(Arc<AtomicBool>);

impl Drop for Left {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// How many searches each person has running.
#[derive(Clone, Debug, Default)]
pub struct Searches(Arc<Mutex<HashMap<PersonId, u32>>>);

impl Searches {
    fn begin(&self, person: &PersonId) -> Result<Running, Failure> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = running.entry(person.clone()).or_default();
        if *own >= AT_ONCE {
            let message = format!("You have {AT_ONCE} searches running. Wait for one to end and try again.");
            return Err(Failure::new(StatusCode::TOO_MANY_REQUESTS, code::TOO_MANY_SEARCHES, message));
        }
        *own += 1;
        Ok(Running { searches: self.clone(), person: person.clone() })
    }
}

/// One search, until it is dropped: by the thread that works on it, so who leaves can't begin endlessly many.
#[derive(Debug)]
struct Running {
    searches: Searches,
    person: PersonId,
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut running = self.searches.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = running.get_mut(&self.person) {
            *own -= 1;
            if *own == 0 {
                running.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_a_few_searches_at_a_time_and_another_the_same() {
        let searches = Searches::default();
        let (ann, bob) = (PersonId::from("ann"), PersonId::from("bob"));
        let mut running: Vec<_> = (0..AT_ONCE).map(|_| searches.begin(&ann).unwrap()).collect();
        assert!(searches.begin(&ann).is_err());
        assert!(searches.begin(&bob).is_ok());
        running.pop();
        assert!(searches.begin(&ann).is_ok());
        drop(running);
        assert!(searches.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_search_ends_soon_after_its_client_has_gone() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = crate::log::LogWriter::begin(dir.path(), 1 << 30).unwrap();
        writer.append(Stream::Out, 0, &b"nothing to see\n".repeat(100_000), &[]).unwrap();
        let searches = Searches::default();
        let running = searches.begin(&PersonId::from("ann")).unwrap();
        let left = Left::default();
        let cancelled = Arc::clone(&left.0);
        let query = Query { pattern: Pattern::plain("x", true).unwrap(), after: 0, stream: None };
        let search = tokio::spawn(read(dir.path().to_owned(), move |log| {
            let _running = running;
            let time = Duration::from_secs(600);
            // For ever, if nobody said that the client has gone.
            while !cancelled.load(Ordering::Relaxed) {
                log.search(&query, Limits { lines: 1, bytes: u64::MAX, time, cancelled: &cancelled })?;
            }
            Ok(())
        }));
        drop(left);
        search.await.unwrap().unwrap();
        assert!(searches.0.lock().unwrap().is_empty());
    }
}
