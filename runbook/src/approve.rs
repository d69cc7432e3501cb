//! Who must agree, as the document asks.

use std::collections::BTreeMap;

use crate::Action;

impl Action {
    /// The document's approvals for these (encoded) values on a target of this environment: each team
    /// once, with the highest count of its matching rules, in the order of the rules.
    #[must_use]
    pub fn approvals(&self, values: &BTreeMap<String, String>, environment: &str) -> Vec<(String, u32)> {
        let _ = (values, environment);
        Vec::new()
    }
}
