//! The audit record: who did what, what was refused, and what it rested on.
//!
//! `chain` says what an entry is and how entries hang together; it knows no database. [`crate::store`] appends, in the
//! transaction of the effect itself: what can't be written there does not happen. `filed` says what an entry is found by,
//! `reading` who may read, `export` writes files of it, `checkpoint` signs heads with `key` and `seal` does so while the
//! server runs. `command` is `lastmile audit`.

mod chain;
pub mod checkpoint;
pub mod command;
mod entry;
pub mod export;
mod filed;
pub mod key;
mod reading;
mod seal;

pub use chain::{Broken, Chain, Head, Link, NotAHead};
pub use entry::{Deed, Entry};
pub use filed::{Filed, hour};
pub use reading::{Export, NotAReader, Reader, Record, may_read};
pub use seal::Sealer;
