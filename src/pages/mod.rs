//! One page a route: it owns what is asked of the server and chooses which state to show.

pub mod address;
pub mod alert;
pub mod approvals;
pub mod audit;
pub mod catalog;
pub mod gates;
pub mod head;
pub mod missing;
pub mod request;
pub mod resource;
pub mod run;
pub mod runbook;
pub mod runs;
pub mod sign_in;
pub mod styleguide;
pub mod tokens;
pub mod watching;
