//! How a run directory's process stands, and what the server may ask of it.

use std::io;
use std::path::Path;

use rustix::process::Signal;

use super::durable::{claim, sync_dir, to_json};
use super::exit::ExitSlot;
use super::identity::Holder;
use super::launch::make_dir;
use super::{CANCEL, Cause, Exit, Identity, PROCESS, REMAINS, spawn};
use crate::log::{EXIT, LOG};

/// What [`cancel`] sends. Not TERM: that is what a machine being stopped sends, and the run's
/// end must not claim that somebody cancelled it.
pub(super) const CANCEL_SIGNAL: Signal = Signal::USR1;

/// How a run directory's process stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No per-run process has taken the directory yet. One may be on its way: see [`abandon`].
    NotStarted,
    /// It is alive.
    Running(Identity),
    /// It wrote how the run ended.
    Ended(Exit),
    /// It is neither alive nor did it write an exit: the run is lost.
    Gone,
}

/// What a change of a file in a run directory may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// There is more output.
    Output,
    /// The run stands otherwise than before.
    Standing,
}

impl Change {
    /// `None`: nothing that anybody would want to know.
    #[must_use]
    pub fn of(file: &Path) -> Option<Self> {
        match file.file_name()?.to_str()? {
            LOG => Some(Self::Output),
            EXIT | PROCESS | REMAINS => Some(Self::Standing),
            _ => None,
        }
    }
}

/// How the directory's process stands; a recycled process id is never taken for it.
///
/// # Errors
/// When the directory can't be read. One that does not exist is [`Standing::NotStarted`].
pub fn standing(run_dir: &Path) -> io::Result<Standing> {
    spawn::reap();
    if let Some(exit) = Exit::read(run_dir)? {
        return Ok(Standing::Ended(exit));
    }
    match Holder::read(run_dir)? {
        Some(holder) if holder.process.is_alive()? => return Ok(Standing::Running(holder.process)),
        Some(holder) if !holder.is_nobody() => {}
        // Whoever is abandoning it writes the exit next, or dies before: then somebody else must.
        Some(_) | None => return Ok(Exit::read(run_dir)?.map_or(Standing::NotStarted, Standing::Ended)),
    }
    // It may have written its exit and ended between the two looks.
    Ok(Exit::read(run_dir)?.map_or(Standing::Gone, Standing::Ended))
}

/// Asks the per-run process to end its tree; `Ok` if it is over already, and as often as one likes.
/// A process that is still on its way ends before it starts the script.
///
/// # Errors
/// When the request can't be written or the process not be signalled.
pub fn cancel(run_dir: &Path) -> io::Result<()> {
    if standing(run_dir)? == Standing::NotStarted {
        make_dir(run_dir)?;
        match std::fs::File::create_new(run_dir.join(CANCEL)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    // The process takes the directory first and looks for the request then; here it is the other way
    // round, so one of the two sees the other.
    match standing(run_dir)? {
        Standing::Running(identity) => identity.signal(CANCEL_SIGNAL),
        Standing::NotStarted | Standing::Ended(_) | Standing::Gone => Ok(()),
    }
}

/// Takes a directory that is [`Standing::NotStarted`], so that a process still on its way can't start
/// any more, and records `why` as its end. Of the two exactly one gets the directory.
///
/// # Errors
/// When the directory can't be written.
pub fn abandon(run_dir: &Path, why: &str) -> io::Result<Standing> {
    make_dir(run_dir)?;
    let taken = claim(run_dir, PROCESS, &to_json(&Holder::nobody())?)?;
    // Of a directory that was taken from everybody the exit may be missing.
    let unfinished = || Ok::<_, io::Error>(standing(run_dir)? == Standing::NotStarted);
    if taken || unfinished()? {
        ExitSlot::reserve(run_dir)?.write(Exit::before_start(Cause::NotStarted, Some(why.to_owned())))?;
        sync_dir(run_dir)?;
    }
    standing(run_dir)
}
