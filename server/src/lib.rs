//! Lastmile's server side as a library, so that the binary stays thin and integration tests can use its parts.
//!
//! The way of one click: [`http`] → [`runs`] → [`policy`] → [`store`] → [`exec`] → [`log`] → [`feed`].

mod ask_command;
pub mod audit;
pub mod catalog;
pub mod clock;
pub mod config;
pub mod doctor;
pub mod exec;
pub mod feed;
pub mod highlight;
pub mod http;
pub mod lint;
pub mod log;
pub mod on_call;
pub mod outbox;
pub mod people;
pub mod policy;
pub mod policy_files;
pub mod runs;
mod sabotage;
pub mod secrets;
pub mod serve;
pub mod store;
pub mod users;
