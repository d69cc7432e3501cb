//! The run spec: everything that decides what a run does, fixed before anybody agrees to it.
//!
//! Its canonical encoding is the JSON of [`RunSpec`] as this module writes it: fields in declaration order,
//! maps sorted, no white space. The digest is the SHA-256 over a domain line and these bytes. The bytes are stored
//! and never written anew, so approver, digest and process all see the same.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lastmile_protocol::{
    BrokenGlass, Digest, InputValue, Millis, Person, RunId, Slug, TargetView, UsedToken,
};
use lastmile_runbook::{Concurrency, digest::sha256_hex};
use serde::{Deserialize, Serialize};

use crate::exec::{FullOutput, Launch};

/// First line of what is hashed, so that no other file can have a run spec's digest.
const DOMAIN: &[u8] = b"lastmile run spec 1\n";

/// Everything that decides what a run does. Nothing outside it may.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSpec {
    /// The run's id.
    pub run: RunId,
    /// The runbook.
    pub runbook: Slug,
    /// The revision from which the script was taken.
    pub revision: Digest,
    /// The revision that the requester read.
    pub revision_read: Digest,
    /// The action's name.
    pub action: String,
    /// The author calls it a check.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub check: bool,
    /// The action's digest.
    pub action_digest: Digest,
    /// The script.
    pub script: String,
    /// The script's SHA-256.
    pub script_digest: Digest,
    /// The fence's language.
    pub language: String,
    /// The interpreter and its arguments.
    pub interpreter: Vec<String>,
    /// Inputs in order; a secret by name only.
    pub inputs: Vec<InputValue>,
    /// Where and as what it runs.
    pub target: SpecTarget,
    /// Its limits.
    pub limits: Limits,
    /// Run under a pseudo-terminal.
    pub tty: bool,
    /// Processes that it leaves behind stay.
    pub leaves_running: bool,
    /// What happens while the same action runs on the same target.
    pub concurrency: Option<Concurrency>,
    /// Who asks.
    pub requester: Person,
    /// The API token that asks in their name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<UsedToken>,
    /// The ticket; scripts see it.
    pub ticket: Option<String>,
    /// The incident.
    pub incident: Option<String>,
    /// What the author says it breaks.
    pub danger: Option<String>,
    /// Where to read on when it failed.
    pub on_fail: Option<String>,
    /// Names of actions and steps that must have been done, looked at again at the start.
    pub after: Vec<String>,
    /// `LASTMILE_*`: id and address of the run and so on.
    pub context: BTreeMap<String, String>,
    /// When the request becomes void.
    pub expires: Option<Millis>,
    /// Digest of the policies that decided on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Digest>,
    /// Whom the document asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<(String, u32)>,
    /// Set where the requester broke the glass: why, what was skipped, who reviews it until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<BrokenGlass>,
    /// Set on a retry: what was agreed to, and is repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<RetryOf>,
}

/// The run spec that a retry repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryOf {
    /// The run that was agreed to.
    pub run: RunId,
    /// The digest that was agreed to.
    pub digest: Digest,
}

/// The target as it was when the run was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpecTarget {
    /// What people may see of it.
    #[serde(flatten)]
    pub view: TargetView,
    /// Its variables.
    pub env: BTreeMap<String, String>,
    /// Working folder.
    pub workdir: Option<PathBuf>,
    /// What happens while anything else runs there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<Concurrency>,
}

/// What ends a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Seconds until it is ended.
    pub timeout_s: u64,
    /// Seconds between TERM and KILL.
    pub grace_s: u64,
    /// Most bytes of output kept.
    pub output_cap: u64,
    /// What happens when they are reached.
    #[serde(default)]
    pub full_output: FullOutput,
    /// Most processes.
    pub processes: Option<u64>,
    /// Most bytes of memory.
    pub memory: Option<u64>,
}

impl RunSpec {
    /// The canonical bytes and their digest.
    ///
    /// # Errors
    /// If the encoder refuses, which it has no reason to.
    pub fn seal(&self) -> Result<(Vec<u8>, Digest), serde_json::Error> {
        let bytes = serde_json::to_vec(self)?;
        let digest = digest_of(&bytes);
        Ok((bytes, digest))
    }

    /// Reads stored bytes, if they are the ones that the digest was taken of.
    ///
    /// # Errors
    /// If they are not, or no run spec.
    pub fn open(bytes: &[u8], digest: &Digest) -> Result<Self, SpecError> {
        if digest_of(bytes) != *digest {
            return Err(SpecError::Altered);
        }
        Ok(serde_json::from_slice(bytes)?)
    }

    /// The run spec of a retry, from this one alone. What is new in it is its name, also where the script can read it; that it
    /// waits for nobody; and what it repeats. All else is as it was agreed to, whatever file and config say by now.
    #[must_use]
    pub fn retried(&self, run: &RunId, agreed: &Digest) -> Self {
        let mut context = self.context.clone();
        if let Some(id) = context.get_mut("LASTMILE_RUN_ID") {
            *id = run.0.clone();
        }
        if let Some(url) = context.get_mut("LASTMILE_RUN_URL")
            && let Some(base) = url.strip_suffix(self.run.as_str())
        {
            *url = format!("{base}{run}");
        }
        let retry_of = Some(RetryOf { run: self.run.clone(), digest: agreed.clone() });
        Self { run: run.clone(), context, expires: None, retry_of, ..self.clone() }
    }

    /// What the per-run process needs, but for what this machine gives. Variables in order: the target's, `LASTMILE_*`, inputs; a later one of
    /// the same name wins, and inputs can't have the names of the others.
    #[must_use]
    pub fn launch(&self) -> Launch {
        let mut env = BTreeMap::new();
        if self.target.view.command.is_empty() {
            // Behind a wrapper the far side knows better where its programs are.
            env.insert(
                "PATH".to_owned(),
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned(),
            );
            env.insert("LANG".to_owned(), "C.UTF-8".to_owned());
        }
        env.extend(self.target.env.clone());
        env.extend(self.context.clone());
        // A secret is empty here: what was typed comes over it at the start, and one left out stays set and empty.
        env.extend(self.inputs.iter().map(|input| (input.name.clone(), input.value.clone())));
        Launch {
            run: self.run.0.clone(),
            wrapper: self.target.view.command.clone(),
            interpreter: self.interpreter.clone(),
            script: self.script.clone(),
            env: env.into_iter().collect(),
            workdir: self.target.workdir.clone(),
            timeout_s: self.limits.timeout_s,
            grace_s: self.limits.grace_s,
            output_cap: self.limits.output_cap,
            full_output: self.limits.full_output,
            max_processes: self.limits.processes,
            max_memory: self.limits.memory,
            user: self.target.view.user.clone(),
            cgroup: None,
            tty: self.tty,
            leaves_running: self.leaves_running,
        }
    }
}

/// Stored bytes are no run spec any more.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    /// The bytes are not those of the digest.
    #[error(
        "the recorded run spec is not the one that its digest was taken of: somebody has changed the record"
    )]
    Altered,
    /// The bytes are no run spec.
    #[error("the recorded run spec can't be read: {0}")]
    Damaged(#[from] serde_json::Error),
}

fn digest_of(bytes: &[u8]) -> Digest {
    Digest(sha256_hex(&[DOMAIN, bytes].concat()))
}
