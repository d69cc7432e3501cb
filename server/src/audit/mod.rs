//! The audit record: who did what, what was refused, and what it rested on.
//!
//! `chain` says what an entry is and how entries hang together; it knows no database. [`crate::store`] appends, in the
//! transaction of the effect itself: what can't be written there does not happen. `command` is `lastmile audit`.

mod chain;
pub mod command;
mod entry;

pub use chain::{Broken, Chain, Head, Link, NotAHead};
pub use entry::{Deed, Entry};
