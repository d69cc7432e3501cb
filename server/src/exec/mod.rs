//! The per-run process: starts one script, captures its output, ends its whole tree.
//!
//! `lastmile exec RUNS` outlives the server. It knows a run directory and nothing else: neither
//! HTTP nor the store nor the policy. The server uses [`prepare`], [`Processes`], [`standing()`], [`exit`],
//! [`cancel`], [`abandon`], [`settle`] and [`outputs`], and [`Account`] and [`Cgroups`] to know what it may ask for; the process itself is [`main`].
//! Between the server and that process stands its guard, which ends the tree should the process be killed.
//! `docs/RUN-DIRECTORY.md` lists the files and who writes them when.

mod account;
mod apart;
mod capture;
mod carry;
mod cgroup;
mod child;
mod durable;
mod exit;
mod feed;
mod fork;
mod guard;
mod identity;
mod launch;
mod mask;
mod output;
mod phase;
mod proc_stat;
mod process;
mod remains;
mod signals;
mod spawn;
mod standing;
mod supervise;
mod tree;
mod tty;

pub use account::Account;
pub use cgroup::{Cgroups, Group};
pub use exit::{Cause, Exit, exit};
pub use identity::{Identity, boot_id};
pub use launch::{FullOutput, Launch, Seal, prepare};
pub use output::outputs;
pub use process::main;
pub use remains::{Remains, settle};
pub use spawn::{OWN_PROGRAM, Orders, Processes};
pub use standing::{Change, Standing, abandon, cancel, standing};

/// What to run: JSON of [`Launch`].
const LAUNCH: &str = "launch";
/// The script, for the interpreter to read.
const SCRIPT: &str = "script";
/// Who has taken the directory: JSON of `Holder`.
const PROCESS: &str = "process";
/// There if a cancel was asked for before the directory was taken.
const CANCEL: &str = "cancel";
/// What the script writes for later actions.
const OUTPUT: &str = "output";
/// Where the script starts, if nothing else is said.
const WORK: &str = "work";
/// What the script left without a per-run process: JSON of [`Remains`].
const REMAINS: &str = "remains";
/// What the per-run process itself has to complain of.
const DIAGNOSTICS: &str = "diagnostics";
