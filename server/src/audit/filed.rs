//! What an entry is found by: who, what, where. Pure; derived from the entry, so never a record of its own.

use lastmile_protocol::{Millis, PersonId, RunId};
use serde_json::Value;

use super::{Deed, Entry};

/// Milliseconds of an hour.
const HOUR_MS: i64 = 60 * 60 * 1000;

/// The words under which an entry is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filed {
    /// When.
    pub at: Millis,
    /// Who did it; nobody: the server by itself.
    pub person: Option<PersonId>,
    /// What was done.
    pub did: String,
    /// The run it was done to.
    pub run: Option<RunId>,
    /// The runbook that it is about.
    pub runbook: Option<String>,
    /// The action that it is about.
    pub action: Option<String>,
    /// The target that it is about.
    pub target: Option<String>,
}

impl Filed {
    /// As the deed itself says it. What it says only of a run stands with that run.
    #[must_use]
    pub fn of(deed: &Deed, at: Millis) -> Self {
        // What was refused stands one level down.
        let about = deed.detail.get("detail").filter(|inner| inner.is_object()).unwrap_or(&deed.detail);
        let text = |name: &str| about.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut filed = Self {
            at,
            person: deed.by.clone(),
            did: deed.did.clone(),
            run: deed.run.clone(),
            runbook: text("runbook"),
            action: text("action"),
            target: text("target"),
        };
        if let (Some(kind), Some(name)) = (text("kind"), text("name")) {
            filed.watched(&kind, name);
        }
        filed
    }

    /// What somebody watches is told as a kind and a name.
    fn watched(&mut self, kind: &str, name: String) {
        match kind {
            "runbook" => self.runbook = Some(name),
            "target" => self.target = Some(name),
            "action" => {
                let (runbook, action) = name.split_once('#').unwrap_or((&name, ""));
                (self.runbook, self.action) = (Some(runbook.to_owned()), Some(action.to_owned()));
            }
            _ => {}
        }
    }

    /// The hour since 1970 that it is of.
    #[must_use]
    pub fn hour(&self) -> i64 {
        hour(self.at)
    }

    /// Whether `found` is where this entry belongs. Where the entry names nothing, its run may have.
    #[must_use]
    pub fn is_in_place(&self, found: &Self) -> bool {
        let same = |own: &Option<String>, found: &Option<String>| {
            own == found || (own.is_none() && self.run.is_some())
        };
        self.at == found.at
            && self.person == found.person
            && self.did == found.did
            && self.run == found.run
            && same(&self.runbook, &found.runbook)
            && same(&self.action, &found.action)
            && same(&self.target, &found.target)
    }
}

impl From<&Entry> for Filed {
    fn from(entry: &Entry) -> Self {
        Self::of(&entry.deed, entry.at)
    }
}

/// The hour since 1970 of a moment, as SQLite divides.
#[must_use]
pub fn hour(at: Millis) -> i64 {
    at.0 / HOUR_MS
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filed(detail: Value) -> Filed {
        Filed::of(&Deed::by(&"ann".into(), "x", detail), Millis(7_200_001))
    }

    fn place(filed: &Filed) -> [Option<&str>; 3] {
        [filed.runbook.as_deref(), filed.action.as_deref(), filed.target.as_deref()]
    }

    #[test]
    fn an_entry_is_found_by_what_it_is_about() {
        let plain = filed(json!({"runbook": "bar", "action": "act", "target": "prod"}));
        assert_eq!(place(&plain), [Some("bar"), Some("act"), Some("prod")]);
        assert_eq!((plain.hour(), plain.person), (2, Some("ann".into())));
        assert_eq!(place(&filed(json!({"inputs": {"target": "x"}}))), [None; 3]);
    }

    #[test]
    fn a_refusal_is_found_by_what_was_refused() {
        let refused = filed(json!({"asked": "run.request", "detail": {"runbook": "bar", "action": "act"}}));
        assert_eq!(place(&refused), [Some("bar"), Some("act"), None]);
        assert_eq!(place(&filed(json!({"detail": "20000 bytes, not kept"}))), [None; 3]);
    }

    #[test]
    fn a_watch_is_found_by_what_is_watched() {
        let watch = |kind: &str, name: &str| filed(json!({"kind": kind, "name": name}));
        assert_eq!(place(&watch("action", "bar/pool#act")), [Some("bar/pool"), Some("act"), None]);
        assert_eq!(place(&watch("target", "prod")), [None, None, Some("prod")]);
        assert_eq!(place(&watch("runbook", "bar")), [Some("bar"), None, None]);
    }

    #[test]
    fn what_a_run_adds_is_in_place_and_what_contradicts_the_entry_is_not() {
        let deed = Deed::of_server("run.queued", json!({})).to(&"r".into());
        let own = Filed::of(&deed, Millis(1));
        assert!(own.is_in_place(&Filed { target: Some("prod".into()), ..own.clone() }));
        assert!(!own.is_in_place(&Filed { person: Some("eve".into()), ..own.clone() }));
        let named = filed(json!({"target": "prod"}));
        assert!(!named.is_in_place(&Filed { target: Some("qa".into()), ..named.clone() }));
    }
}
