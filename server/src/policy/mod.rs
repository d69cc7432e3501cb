//! Who may run what, and who must agree. Pure: no I/O, no clock, no store.
//!
//! Cedar policies answer two questions, `run` and `requireApproval`; annotations on the second say who and why. What
//! stands in the config for a target (`may_run`, `approve`) and what the document asks for always hold besides:
//! [`Policies::decide`] takes the strictest. Files are read, watched and replaced in [`crate::policy_files`].

mod decide;
mod facts;
mod fault;
mod gate;
mod load;
mod needs;
mod question;
mod shelves;
pub mod shipped;
mod validate;
mod verdict;
mod why;

use std::collections::HashMap;

use cedar_policy::{Authorizer, PolicyId};
use lastmile_protocol::Digest;

pub use fault::Fault;
pub use gate::{Asked, Whom};
pub use load::{Known, PolicyFile};
pub use question::{Circumstances, Place, Question, Subject};
pub use validate::SCHEMA;
pub use verdict::{Ground, Says, Unasked, Verdict};

/// Validated policies, ready to be asked. One set for each question: both in one would be evaluated twice.
#[derive(Debug)]
pub struct Policies {
    names: facts::Names,
    run: shelves::Shelves,
    require: shelves::Shelves,
    notes: HashMap<PolicyId, load::Notes>,
    /// Some policy looks at what the document asks for.
    minds_document: bool,
    digest: Digest,
    warnings: Vec<Fault>,
    authorizer: Authorizer,
}

impl Policies {
    /// Which policies these are: the digest of their names and texts.
    #[must_use]
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// What is odd about them, but refuses nothing.
    #[must_use]
    pub fn warnings(&self) -> &[Fault] {
        &self.warnings
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.notes.len()
    }

    /// Every gate: the policy's id, and whom it asks.
    pub fn gates(&self) -> impl Iterator<Item = (String, &Asked)> {
        self.notes.iter().flat_map(|(id, notes)| notes.gate.iter().map(|asked| (id.to_string(), asked)))
    }
}
