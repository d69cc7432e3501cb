//! Who may run what, and who must agree. Pure: no I/O, no clock, no store.
//!
//! Cedar policies answer `run` and `requireApproval`; annotations on the second say who and why. A third question,
//! `breakGlass`, is asked only of what may run: who may start at once, and who reviews that. What
//! stands in the config for a target (`may_run`, `approve`) and what the document asks for always hold besides:
//! [`Policies::decide`] takes the strictest. Files are read, watched and replaced in [`crate::policy_files`].

mod decide;
mod facts;
mod fault;
mod gate;
mod glass;
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
pub use glass::Glass;
pub use load::{Known, PolicyFile};
pub use question::{Circumstances, Place, Question, Subject};
pub use validate::SCHEMA;
pub use verdict::{Ground, Says, Unasked, Verdict};

/// Validated policies, ready to be asked. One set for each question: all in one would be evaluated each time.
#[derive(Debug)]
pub struct Policies {
    names: facts::Names,
    run: shelves::Shelves,
    require: shelves::Shelves,
    glass: shelves::Shelves,
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

    /// Every permission to break the glass: the policy's id, and who reviews it.
    pub fn reviews(&self) -> impl Iterator<Item = (String, &Asked)> {
        self.notes.iter().flat_map(|(id, notes)| notes.review.iter().map(|asked| (id.to_string(), asked)))
    }
}
