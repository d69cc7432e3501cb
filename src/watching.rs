//! What this person watches: asked for once they are signed in, changed by toggles everywhere. Found in context.

use std::collections::BTreeSet;

use lastmile_protocol::{SetWatch, Watch, WatchKind};
use leptos::{prelude::*, task::spawn_local};

use crate::api;

/// What is watched.
#[derive(Clone, Copy)]
pub struct Watches(RwSignal<BTreeSet<Watch>>);

impl Watches {
    /// Makes it in the current owner and provides it as context.
    pub fn provide() -> Self {
        let watches = Self(RwSignal::default());
        provide_context(watches);
        watches
    }

    /// Somebody has signed in, or out.
    pub fn switch(self, on: bool) {
        self.0.set(BTreeSet::new());
        if on {
            spawn_local(async move {
                // Without an answer the toggles stand as if nothing were watched; a press asks again.
                if let Ok(watching) = api::watching().await {
                    self.0.try_set(watching.watches.into_iter().collect());
                }
            });
        }
    }

    /// Whether that is watched.
    #[must_use]
    pub fn has(self, kind: WatchKind, name: &str) -> bool {
        self.0.read().contains(&Watch { kind, name: name.to_owned() })
    }

    /// Whoever calls it is called again when that changes.
    pub fn track(self) {
        self.0.track();
    }

    /// Names of what is watched of that kind.
    #[must_use]
    pub fn of(self, kind: WatchKind) -> BTreeSet<String> {
        let all = self.0.read();
        all.iter().filter(|watch| watch.kind == kind).map(|watch| watch.name.clone()).collect()
    }

    /// Watches it, or stops to; the toggle follows the server's answer.
    pub fn set(self, kind: WatchKind, name: String, on: bool) {
        let set = SetWatch { watch: Watch { kind, name }, on };
        spawn_local(async move {
            if let Ok(watching) = api::watch(&set).await {
                self.0.try_set(watching.watches.into_iter().collect());
            }
        });
    }
}
