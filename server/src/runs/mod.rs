//! The use case: an action is asked for, decided on, recorded, executed and looked at.
//!
//! Everything about runs goes through [`Runs`]. It asks the policy, records in the store before anything
//! happens, starts the per-run process and tells the feed. It must not know HTTP.

mod account;
mod after;
mod allowing;
mod answer;
mod batches;
mod compose;
mod compress;
mod directory;
mod drive;
mod evidence;
mod expiry;
mod follow;
mod gates;
mod glass;
mod handing_on;
mod hindsight;
mod judging;
mod letters;
mod points;
mod prepare;
mod read;
mod recover;
mod referenced;
mod referrals;
mod refusal;
mod request;
mod reserve;
mod retention;
mod retries;
mod spec;
mod standing;
mod turns;
mod watching;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError};

use lastmile_protocol::{RunId, SecretText};

pub use batches::RequestedBatch;
pub use points::{Point, Points};
pub use refusal::Refusal;
pub use reserve::make_room;
pub use spec::{Limits, RetryOf, RunSpec, SpecTarget};
pub use watching::why_told;

use crate::catalog::Catalog;
use crate::clock::SharedClock;
use crate::config::Config;
use crate::exec;
use crate::feed::Feed;
use crate::on_call::OnCall;
use crate::people::Directory;
use crate::policy_files::PolicyFiles;
use crate::secrets::SecretReader;
use crate::store::Store;

/// Secrets, by input.
type Secrets = BTreeMap<String, SecretText>;

/// What [`Runs`] is made of.
pub struct Parts {
    /// Teams, targets, interpreters.
    pub config: Arc<Config>,
    /// Who there is, and in which teams.
    pub directory: Directory,
    /// The runbooks.
    pub catalog: Arc<Catalog>,
    /// Who may, and who must agree.
    pub policies: Arc<PolicyFiles>,
    /// Whom to look for.
    pub on_call: Arc<OnCall>,
    /// The record.
    pub store: Store,
    /// Whom to tell.
    pub feed: Arc<Feed>,
    /// The time.
    pub clock: SharedClock,
    /// Base of links, without a final slash.
    pub url: String,
    /// The binary that each run is started with.
    pub program: PathBuf,
    /// Who is told of named moments; only tests want to know.
    pub points: Option<Arc<dyn Points>>,
}

/// Runs of actions. Cheap to clone.
#[derive(Clone)]
pub struct Runs(Arc<Inner>);

struct Inner {
    parts: Parts,
    /// Secrets of runs that have not started: in memory only.
    secrets: Mutex<HashMap<RunId, Secrets>>,
    secret_reader: SecretReader,
    turns: turns::Turns,
    directories: directory::Directories,
    processes: exec::Processes,
    reserve: reserve::Reserve,
    /// Where runs' control groups can be made, if they can.
    cgroups: Option<exec::Cgroups>,
    /// The machine's boot.
    boot: String,
    /// The moment in the newest run's id, in milliseconds since the Unix epoch.
    newest_id: AtomicI64,
}

impl std::ops::Deref for Runs {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

impl Runs {
    /// Takes over the runs of this record.
    ///
    /// # Errors
    /// If run directories can't be made or watched.
    pub fn new(parts: Parts) -> std::io::Result<Self> {
        let directories = directory::Directories::open(parts.config.data.join("runs"))?;
        let processes = exec::Processes::new(&parts.program, directories.root())?;
        let reserve = reserve::Reserve::of(&parts.config.data);
        // If it can't be held now, nothing starts until it can.
        let _ = reserve
            .hold()
            .inspect_err(|error| tracing::warn!(%error, "no space can be reserved for the record"));
        let (secrets, turns, boot) = (Mutex::default(), turns::Turns::default(), exec::boot_id()?);
        let secret_reader = SecretReader::open(&parts.config.data)?;
        let cgroups = exec::Cgroups::find(true)
            .inspect_err(|why| tracing::info!(why, "runs get no control groups, and end by their guard"));
        let cgroups = cgroups.ok().inspect(|found| found.sweep(directories.root()));
        let newest_id = AtomicI64::new(0);
        Ok(Self(Arc::new(Inner {
            parts,
            secrets,
            secret_reader,
            turns,
            directories,
            processes,
            reserve,
            cgroups,
            boot,
            newest_id,
        })))
    }

    /// A run's directory.
    fn dir(&self, run: &RunId) -> PathBuf {
        self.0.directories.of(run)
    }

    fn keep_secrets(&self, run: &RunId, secrets: Secrets) {
        if !secrets.is_empty() {
            self.0.secrets.lock().unwrap_or_else(PoisonError::into_inner).insert(run.clone(), secrets);
        }
    }

    /// Hands the secrets out once, or drops them when the run will not start.
    fn take_secrets(&self, run: &RunId) -> Secrets {
        self.0.secrets.lock().unwrap_or_else(PoisonError::into_inner).remove(run).unwrap_or_default()
    }
}
