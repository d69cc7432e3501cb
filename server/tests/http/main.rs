//! The API as a client sees it: the real binary, real runs, a real record, over HTTP.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

mod ahead;
mod alerts;
mod allowed;
mod approvals;
mod audit;
mod batches;
mod catalog;
mod check_access;
mod checkpoints;
mod cuts;
mod events;
mod files;
mod gates;
mod harness;
mod history;
mod judging;
mod logs;
mod matrix;
mod oidc;
mod on_call;
mod outbox;
mod passwords;
mod programs;
mod proxy;
mod referrals;
mod refusals;
mod restart;
mod retries;
mod runs;
mod search;
mod search_speed;
mod secrets;
mod secrets_stored;
mod session_limits;
mod sign_in;
mod still;
mod tokens;
mod users;
mod volume;
mod watching;
