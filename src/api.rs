//! The only HTTP client: one typed function a route, one error for all that can go wrong.
//!
//! It knows the wire and nothing of pages. Whoever keeps the session registers with [`on_signed_out`] and hears of
//! every 401, so that no page has to look for it.

use std::cell::RefCell;
use std::ops::Range;

use gloo_net::http::{Method, RequestBuilder, Response};
use lastmile_protocol::{
    AlertMatches, AnswerRequest, ApiError, Approvals, AuditFilter, AuditNewer, AuditPage, Batch,
    BatchAnswers, BatchId, BatchPreview, BatchPreviewRequest, BatchRequest, BeginOidc, Catalog, Evidence,
    GateReport, Highlights, History, LogMatches, LogWindow, LookRequest, MadeToken, MarkStep, NewToken,
    Onward, Preview, PreviewRequest, ReferRequest, RetryRequest, ReturnTo, ReviewRequest, Run, RunFilter,
    RunId, RunList, RunRequest, RunbookPage, Session, SetWatch, SignIn, Slug, TokenId, Tokens,
    VerdictRequest, Watching,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{links, query};

/// Where the API lives.
const ROOT: &str = "/api/v1";

/// Why a request gave no answer that can be used. Its text says what to do next.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The server said no.
    #[error("{}", .1.message)]
    Refused(u16, ApiError),
    /// No answer came: nothing is known of what the server did.
    #[error("The server can't be reached. Check the connection, then try again.")]
    Network(String),
    /// Something answered that is not this version's server.
    #[error("The answer could not be read ({0}). Reload the page: the server may have been upgraded.")]
    Unreadable(String),
}

impl Error {
    /// The refusal's code, see [`lastmile_protocol::code`].
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(_, error) => Some(&error.code),
            _ => None,
        }
    }

    /// Whether the server may have done what was asked all the same, so that the same request must be sent again
    /// rather than a new one.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        match self {
            Self::Refused(status, _) => *status >= 500,
            Self::Network(_) | Self::Unreadable(_) => true,
        }
    }
}

thread_local! {
    static SIGNED_OUT: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

/// Registers what happens when the server says that nobody is signed in.
pub fn on_signed_out(act: impl Fn() + 'static) {
    SIGNED_OUT.with_borrow_mut(|slot| *slot = Some(Box::new(act)));
}

async fn read<T: DeserializeOwned>(answer: Response) -> Result<T, Error> {
    let status = answer.status();
    let text = answer.text().await.map_err(|cause| Error::Network(cause.to_string()))?;
    if answer.ok() {
        // 204 has no body: `()` reads from null.
        let text = if text.is_empty() { "null" } else { &text };
        return serde_json::from_str(text).map_err(|cause| Error::Unreadable(cause.to_string()));
    }
    if status == 401 {
        SIGNED_OUT.with_borrow(|act| act.as_ref().map(|act| act()));
    }
    match serde_json::from_str(&text) {
        Ok(error) => Err(Error::Refused(status, error)),
        Err(_) => Err(Error::Unreadable(format!("status {status}"))),
    }
}

async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Error> {
    let answer = gloo_net::http::Request::get(&format!("{ROOT}{path}")).send().await;
    read(answer.map_err(|cause| Error::Network(cause.to_string()))?).await
}

async fn send<T: DeserializeOwned>(
    method: Method,
    path: &str,
    body: Option<&impl Serialize>,
) -> Result<T, Error> {
    let request = RequestBuilder::new(&format!("{ROOT}{path}")).method(method);
    let request = match body {
        Some(body) => request.json(body),
        None => request.build(),
    };
    let request = request.map_err(|cause| Error::Unreadable(cause.to_string()))?;
    let answer = request.send().await.map_err(|cause| Error::Network(cause.to_string()))?;
    read(answer).await
}

/// A request without a body.
const NOTHING: Option<&()> = None;

/// Who is signed in, and how one may sign in.
///
/// # Errors
/// See [`Error`].
pub async fn session() -> Result<Session, Error> {
    get("/session").await
}

/// Signs in.
///
/// # Errors
/// See [`Error`].
pub async fn sign_in(how: &SignIn) -> Result<Session, Error> {
    send(Method::POST, "/session", Some(how)).await
}

/// Begins to sign in at the provider: where to go.
///
/// # Errors
/// See [`Error`].
pub async fn go_to_provider(return_to: &ReturnTo) -> Result<Onward, Error> {
    let begin = BeginOidc { return_to: return_to.as_str().to_owned() };
    send(Method::POST, "/session/oidc", Some(&begin)).await
}

/// Signs out; gives where one has to sign out, too.
///
/// # Errors
/// See [`Error`].
pub async fn sign_out() -> Result<Option<Onward>, Error> {
    send(Method::DELETE, "/session", NOTHING).await
}

/// `count` runbooks from the `first` on (counted from 0) of those that match; see [`links::catalog_query`].
///
/// # Errors
/// See [`Error`].
pub async fn runbooks(search: &str, first: usize, count: usize) -> Result<Catalog, Error> {
    let window = [("first", first.to_string()), ("count", count.to_string())];
    let filters = query::pairs(&links::catalog_query(search));
    let filters = filters.iter().map(|(name, value)| (name.as_str(), value.clone()));
    get(&format!("/runbooks{}", query::build(filters.chain(window)))).await
}

/// The runbooks for an alert.
///
/// # Errors
/// See [`Error`].
pub async fn alert(name: &str) -> Result<AlertMatches, Error> {
    get(&format!("/alerts/{}", query::encode(name))).await
}

/// One runbook, as it is now or as it was in the revision `rev`.
///
/// # Errors
/// See [`Error`].
pub async fn runbook(slug: &Slug, rev: Option<&str>) -> Result<RunbookPage, Error> {
    let rev = query::build(rev.map(|rev| ("rev", rev)));
    get(&format!("/runbooks/{}{rev}", query::encode_path(slug.as_str()))).await
}

/// The colours of a runbook's code.
///
/// # Errors
/// See [`Error`].
pub async fn highlights(slug: &Slug, rev: &str) -> Result<Highlights, Error> {
    get(&format!("/highlight/{}{}", query::encode_path(slug.as_str()), query::build([("rev", rev)]))).await
}

/// The commits that changed a runbook's file, newest first, from number `skip` on.
///
/// # Errors
/// See [`Error`].
pub async fn history(slug: &Slug, skip: usize) -> Result<History, Error> {
    let skip = query::build((skip > 0).then(|| ("skip", skip.to_string())));
    get(&format!("/history/{}{skip}", query::encode_path(slug.as_str()))).await
}

/// Ticks or unticks a manual step.
///
/// # Errors
/// See [`Error`].
pub async fn mark_step(mark: &MarkStep) -> Result<(), Error> {
    send(Method::POST, "/steps", Some(mark)).await
}

/// What would happen if an action's button were pressed.
///
/// # Errors
/// See [`Error`].
pub async fn preview(request: &PreviewRequest) -> Result<Preview, Error> {
    send(Method::POST, "/runs/preview", Some(request)).await
}

/// Presses an action's button. Sent again with the same idempotency key it gives the same run.
///
/// # Errors
/// See [`Error`]; where [`Error::is_uncertain`] holds, the run may exist.
pub async fn request_run(request: &RunRequest) -> Result<Run, Error> {
    send(Method::POST, "/runs", Some(request)).await
}

/// What several presses would do, one answer each.
///
/// # Errors
/// See [`Error`].
pub async fn preview_batch(request: &BatchPreviewRequest) -> Result<BatchPreview, Error> {
    send(Method::POST, "/requests/preview", Some(request)).await
}

/// Presses an action's button once for several runs, with the same care as [`request_run`].
///
/// # Errors
/// See [`Error`]; where [`Error::is_uncertain`] holds, the runs may exist.
pub async fn request_batch(request: &BatchRequest) -> Result<Batch, Error> {
    send(Method::POST, "/requests", Some(request)).await
}

fn batch_path(id: &BatchId, rest: &str) -> String {
    format!("/requests/{}{rest}", query::encode(id.as_str()))
}

/// A request of several runs.
///
/// # Errors
/// See [`Error`].
pub async fn batch(id: &BatchId) -> Result<Batch, Error> {
    get(&batch_path(id, "")).await
}

/// Says yes or no to some of its runs: all answers are recorded, or none.
///
/// # Errors
/// See [`Error`].
pub async fn answer_batch(id: &BatchId, answers: &BatchAnswers) -> Result<Batch, Error> {
    send(Method::POST, &batch_path(id, "/approvals"), Some(answers)).await
}

/// Ends all of its runs that have not ended, or withdraws them.
///
/// # Errors
/// See [`Error`].
pub async fn cancel_batch(id: &BatchId) -> Result<Batch, Error> {
    send(Method::POST, &batch_path(id, "/cancel"), NOTHING).await
}

/// Runs, newest first.
///
/// # Errors
/// See [`Error`].
pub async fn runs(filter: &RunFilter) -> Result<RunList, Error> {
    get(&format!("/runs{}", links::run_filter_query(filter))).await
}

fn run_path(id: &RunId, rest: &str) -> String {
    format!("/runs/{}{rest}", query::encode(id.as_str()))
}

/// One run.
///
/// # Errors
/// See [`Error`].
pub async fn run(id: &RunId) -> Result<Run, Error> {
    get(&run_path(id, "")).await
}

/// Cancels a run or withdraws the request.
///
/// # Errors
/// See [`Error`].
pub async fn cancel(id: &RunId) -> Result<Run, Error> {
    send(Method::POST, &run_path(id, "/cancel"), NOTHING).await
}

/// Starts a run that was approved late.
///
/// # Errors
/// See [`Error`].
pub async fn start(id: &RunId) -> Result<Run, Error> {
    send(Method::POST, &run_path(id, "/start"), NOTHING).await
}

/// Says yes or no to a run.
///
/// # Errors
/// See [`Error`].
pub async fn answer(id: &RunId, answer: &AnswerRequest) -> Result<Run, Error> {
    send(Method::POST, &run_path(id, "/approvals"), Some(answer)).await
}

/// Runs exactly the same again, by the yes that was given to it.
///
/// # Errors
/// See [`Error`].
pub async fn retry(id: &RunId, retry: &RetryRequest) -> Result<Run, Error> {
    send(Method::POST, &run_path(id, "/retries"), Some(retry)).await
}

/// Takes back the retries that one has allowed.
///
/// # Errors
/// See [`Error`].
pub async fn withdraw_retries(id: &RunId) -> Result<Run, Error> {
    send(Method::DELETE, &run_path(id, "/retries"), NOTHING).await
}

/// Asks somebody else to answer instead.
///
/// # Errors
/// See [`Error`].
pub async fn refer(id: &RunId, referral: &ReferRequest) -> Result<Run, Error> {
    send(Method::POST, &run_path(id, "/referrals"), Some(referral)).await
}

/// Notes that somebody who may answer has looked at a part of a request.
///
/// # Errors
/// See [`Error`].
pub async fn look(id: &RunId, look: LookRequest) -> Result<(), Error> {
    send(Method::POST, &run_path(id, "/looks"), Some(&look)).await
}

/// Says afterwards whether it was the right call.
///
/// # Errors
/// See [`Error`].
pub async fn say_verdict(id: &RunId, verdict: VerdictRequest) -> Result<Run, Error> {
    send(Method::POST, &run_path(id, "/verdict"), Some(&verdict)).await
}

/// Which gates are worth having.
///
/// # Errors
/// See [`Error`].
pub async fn gate_report() -> Result<GateReport, Error> {
    get("/approvals/report").await
}

/// What a waiting run can be judged by.
///
/// # Errors
/// See [`Error`].
pub async fn evidence(id: &RunId) -> Result<Evidence, Error> {
    get(&run_path(id, "/evidence")).await
}

/// Says what one found of a broken glass.
///
/// # Errors
/// See [`Error`].
pub async fn review(id: &RunId, review: &ReviewRequest) -> Result<Run, Error> {
    send(Method::POST, &run_path(id, "/review"), Some(review)).await
}

/// What waits for answers.
///
/// # Errors
/// See [`Error`].
pub async fn approvals() -> Result<Approvals, Error> {
    get("/approvals").await
}

/// A page of the audit record, newest first.
///
/// # Errors
/// See [`Error`].
pub async fn audit(filter: &AuditFilter) -> Result<AuditPage, Error> {
    get(&format!("/audit{}", links::audit_filter_query(filter))).await
}

/// What of the audit record has come after the entry of that number.
///
/// # Errors
/// See [`Error`].
pub async fn audit_newer(filter: &AuditFilter, after: u64) -> Result<AuditNewer, Error> {
    let mut pairs = query::pairs(&links::audit_filter_query(filter));
    pairs.push(("after".to_owned(), after.to_string()));
    get(&format!("/audit/newer{}", query::build(pairs))).await
}

/// Where all that matches can be had as a file; `format`: `csv` or `jsonl`.
#[must_use]
pub fn audit_file(filter: &AuditFilter, format: &str) -> String {
    format!("{ROOT}/audit.{format}{}", links::audit_filter_query(filter))
}

/// What this person watches, and its newest runs.
///
/// # Errors
/// See [`Error`].
pub async fn watching() -> Result<Watching, Error> {
    get("/watching").await
}

/// Watches something, or stops to.
///
/// # Errors
/// See [`Error`].
pub async fn watch(set: &SetWatch) -> Result<Watching, Error> {
    send(Method::POST, "/watching", Some(set)).await
}

/// A window of a run's log: at most `count` lines from line `first` (from 0).
///
/// # Errors
/// See [`Error`].
pub async fn log_window(id: &RunId, first: u64, count: u32) -> Result<LogWindow, Error> {
    get(&run_path(id, &format!("/log?first={first}&count={count}"))).await
}

/// What is looked for in a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// The text, or the regular expression.
    pub text: String,
    /// Whether it is a regular expression.
    pub regex: bool,
    /// Whether upper and lower case differ.
    pub exact: bool,
}

/// The lines from `after` (from 0) on that match, a page at a time.
///
/// # Errors
/// See [`Error`].
pub async fn log_search(id: &RunId, query: &LogQuery, after: u64) -> Result<LogMatches, Error> {
    let mut pairs = vec![("q", query.text.clone())];
    let flags = [("regex", query.regex), ("case", query.exact)];
    pairs.extend(flags.into_iter().filter(|(_, on)| *on).map(|(name, _)| (name, "1".to_owned())));
    if after > 0 {
        pairs.push(("after", after.to_string()));
    }
    get(&run_path(id, &format!("/log/search{}", query::build(pairs)))).await
}

/// These bytes of a run's log, as they are stored.
///
/// # Errors
/// See [`Error`].
pub async fn log_bytes(id: &RunId, bytes: Range<u64>) -> Result<Vec<u8>, Error> {
    let last = bytes.end.saturating_sub(1);
    let request = gloo_net::http::Request::get(&format!("{}?escapes=keep", log_file(id)));
    let request = request.header("range", &format!("bytes={}-{last}", bytes.start));
    let answer = request.send().await.map_err(|cause| Error::Network(cause.to_string()))?;
    if !answer.ok() {
        return read(answer).await;
    }
    answer.binary().await.map_err(|cause| Error::Network(cause.to_string()))
}

/// Where a run's whole log can be had as a file.
#[must_use]
pub fn log_file(id: &RunId) -> String {
    format!("{ROOT}{}", run_path(id, "/log.txt"))
}

/// One's own API tokens.
///
/// # Errors
/// See [`Error`].
pub async fn tokens() -> Result<Tokens, Error> {
    get("/tokens").await
}

/// Makes an API token; the answer is the only one with what proves it.
///
/// # Errors
/// See [`Error`].
pub async fn make_token(asked: &NewToken) -> Result<MadeToken, Error> {
    send(Method::POST, "/tokens", Some(asked)).await
}

/// Revokes one of one's own API tokens.
///
/// # Errors
/// See [`Error`].
pub async fn revoke_token(id: &TokenId) -> Result<(), Error> {
    send(Method::DELETE, &format!("/tokens/{}", query::encode(id.as_str())), NOTHING).await
}

/// Where the stream of events is, for [`crate::live`].
#[must_use]
pub fn events<'a>(
    runs: impl IntoIterator<Item = &'a RunId>,
    runbooks: impl IntoIterator<Item = &'a Slug>,
    after: Option<u64>,
) -> String {
    let runs = runs.into_iter().map(|id| ("run", id.to_string()));
    let runbooks = runbooks.into_iter().map(|slug| ("runbook", slug.to_string()));
    let after = after.map(|seq| ("after", seq.to_string()));
    format!("{ROOT}/events{}", query::build(runs.chain(runbooks).chain(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_names_all_that_is_watched_and_where_to_resume() {
        let (runs, books) = ([RunId::from("a"), RunId::from("b")], [Slug::from("bar/pool")]);
        assert_eq!(events(&runs, &books, Some(7)), "/api/v1/events?run=a&run=b&runbook=bar%2Fpool&after=7");
        assert_eq!(events(&[], &[], None), "/api/v1/events");
    }

    #[test]
    fn only_an_answer_that_is_missing_or_a_fault_leaves_it_open_what_happened() {
        let refused = |status| {
            Error::Refused(
                status,
                ApiError { code: "x".to_owned(), message: "No.".to_owned(), details: None },
            )
        };
        assert!(Error::Network("down".to_owned()).is_uncertain());
        assert!(refused(500).is_uncertain());
        assert!(!refused(422).is_uncertain());
        assert_eq!(refused(422).to_string(), "No.");
    }
}
