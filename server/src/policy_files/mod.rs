//! The policies that are in force: read from files, watched, replaced as a whole.
//!
//! Files that don't validate change nothing: those before stay, loudly. What decides is in [`crate::policy`]; this module
//! brings it files, the clock's hour, freezes and error budgets.

mod ask;
mod budgets;
mod check;
pub mod command;
mod explain;
mod read;
mod watch;

use std::sync::{Arc, PoisonError, RwLock};

use crate::config::Config;
use crate::people::Directory;
use crate::policy::{Fault, Known, Policies};

pub use ask::{Asker, Decided, subject};
pub use watch::{Watch, WatchError};

/// Policy files that can't be put in force.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the policies of {folder} are refused:\n{}", lines(faults))]
pub struct PoliciesRefused {
    folder: String,
    faults: Vec<Fault>,
}

impl PoliciesRefused {
    /// Everything that is wrong.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("  {fault}")).collect::<Vec<_>>().join("\n")
}

/// The policies in force. Shared by everybody who asks.
#[derive(Debug)]
pub struct PolicyFiles {
    config: Arc<Config>,
    directory: Directory,
    now: RwLock<InForce>,
}

#[derive(Clone, Debug)]
struct InForce {
    policies: Arc<Policies>,
    budgets: Arc<budgets::Budgets>,
    /// What is in the folder is not in force.
    refused: bool,
}

impl PolicyFiles {
    /// Reads the configured folder, or takes what is shipped. Who could agree, the directory says.
    ///
    /// # Errors
    /// What is wrong with the files: there are none before them that could stay.
    pub fn open(config: Arc<Config>, directory: Directory) -> Result<Arc<Self>, PoliciesRefused> {
        let policies = Arc::new(load(&config)?);
        tell_warnings(&policies);
        let budgets = Arc::new(budgets::Budgets::read(config.policy.error_budgets.as_deref()));
        let now = RwLock::new(InForce { policies, budgets, refused: false });
        Ok(Arc::new(Self { config, directory, now }))
    }

    /// Follows folder and file until this is dropped.
    ///
    /// # Errors
    /// If the system offers no watch.
    pub fn watch(self: &Arc<Self>) -> Result<Watch, WatchError> {
        watch::start(self)
    }

    /// What whoever asks for readiness should know; `None`: all is as configured.
    #[must_use]
    pub fn trouble(&self) -> Option<&'static str> {
        let now = self.in_force();
        if now.refused {
            return Some("the policy files are refused, those before them are in force; the log says why");
        }
        now.budgets.unreadable().then_some("the error budgets can't be read, so they count as unknown")
    }

    /// Reads everything again.
    pub fn reload(&self) {
        let before = self.in_force();
        let budgets = Arc::new(budgets::Budgets::read(self.config.policy.error_budgets.as_deref()));
        let after = match load(&self.config) {
            Ok(policies) if policies.digest() == before.policies.digest() => {
                InForce { budgets, refused: false, ..before.clone() }
            }
            Ok(policies) => {
                tracing::info!(policies = policies.count(), digest = %policies.digest(), "new policies are in force");
                tell_warnings(&policies);
                InForce { policies: Arc::new(policies), budgets, refused: false }
            }
            Err(refused) => {
                tracing::error!("THE NEW POLICIES ARE NOT IN FORCE, those before them still are: {refused}");
                InForce { budgets, refused: true, ..before.clone() }
            }
        };
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = after;
    }

    fn in_force(&self) -> InForce {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// # Errors
/// All that is wrong with the files.
fn load(config: &Config) -> Result<Policies, PoliciesRefused> {
    let files = read::files(config.policy.folder.as_deref());
    let loaded = files.and_then(|files| Policies::load(&files, &known(config)));
    loaded.map_err(|faults| {
        let folder = config.policy.folder.as_deref();
        let folder = folder.map_or_else(|| "the binary".to_owned(), |folder| folder.display().to_string());
        PoliciesRefused { folder, faults }
    })
}

fn known(config: &Config) -> Known {
    Known {
        teams: config.teams.keys().map(ToString::to_string).collect(),
        targets: config.targets.keys().cloned().collect(),
        environments: config.targets.values().map(|target| target.view.environment.clone()).collect(),
    }
}

fn tell_warnings(policies: &Policies) {
    for warning in policies.warnings() {
        tracing::warn!("policy: {warning}");
    }
}
