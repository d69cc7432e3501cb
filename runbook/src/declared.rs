//! The inputs of a file, as the places that name them look them up.

use crate::{InputSpec, finding::Fault, names::did_you_mean, position::Position};

/// The inputs of a file.
#[derive(Default)]
pub(crate) struct Declared {
    /// The usable ones, in the order of the file.
    pub(crate) specs: Vec<InputSpec>,
    /// Names of those whose declaration has an error.
    pub(crate) broken: Vec<String>,
    /// The declarations as a whole could not be read, so nobody knows what actions take.
    pub(crate) unreadable: bool,
}

impl Declared {
    /// Whether the file declares `name`, rightly or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.specs.iter().any(|spec| spec.name == name) || self.is_broken(name)
    }

    pub(crate) fn is_broken(&self, name: &str) -> bool {
        self.broken.iter().any(|broken| broken == name)
    }

    /// The input called `name`, or the report for the place that names it.
    pub(crate) fn find(&self, name: &str, at: Position) -> Result<&InputSpec, Fault> {
        if self.is_broken(name) {
            return Err(broken(name, at));
        }
        self.specs.iter().find(|spec| spec.name == name).ok_or_else(|| {
            let hint = did_you_mean(name, self.specs.iter().map(|spec| spec.name.as_str()));
            let hint =
                if hint.is_empty() { "; declare it under `inputs` in the front matter." } else { &hint };
            Fault::new(at, "unknown-input", format!("`{name}` is no input of this file{hint}"))
        })
    }
}

/// The report for a place that needs an input whose declaration has an error.
pub(crate) fn broken(name: &str, at: Position) -> Fault {
    Fault::new(
        at,
        "broken-input",
        format!("The declaration of `{name}` has an error; mend it in the front matter."),
    )
}
