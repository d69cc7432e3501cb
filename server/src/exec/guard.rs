//! The guard: the per-run process's parent, there for the one thing that it can't do itself, outlive its own KILL.
//!
//! It is a sub-reaper above the per-run process. If that dies without an exit record, all that the script started,
//! double-forked and `setsid` included, becomes the guard's and is ended. The other way round the per-run
//! process does not need its guard: it goes on without. The guard never touches the log.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, WaitOptions, WaitStatus, getpid, wait};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::fork::fork;
use super::identity::Holder;
use super::process::{close_descriptors, complain_there, lead, live};
use super::remains::Remains;
use super::standing::{CANCEL_SIGNAL, abandon};
use super::{Exit, Group, tree};

/// How long it goes on ending what is left. Only what can't be killed outlasts it.
pub(super) const ENDING: Duration = Duration::from_secs(4);

/// Starts the per-run process, waits for its end, and ends what it had to leave. Returns in both processes.
pub(super) fn guard(runs: &Path) -> io::Result<ExitCode> {
    close_descriptors()?;
    lead()?;
    // Whoever wants the run to end tells the per-run process; a shutdown tells both, and the guard goes last.
    for signal in [SIGTERM, SIGINT, SIGHUP, CANCEL_SIGNAL.as_raw()] {
        signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)))?;
    }
    let own = getpid();
    let (run, tells) = pipe_with(PipeFlags::CLOEXEC)?;
    let Some(child) = fork()? else {
        drop(run);
        lead()?;
        return live(runs, own, tells).map(|()| ExitCode::SUCCESS);
    };
    drop(tells);
    // The server must see that nobody takes the secrets if the per-run process dies early.
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    let mut name = String::new();
    File::from(run).read_to_string(&mut name)?;
    // Without a name there was no run, and nobody took any directory.
    let run_dir = (!name.is_empty()).then(|| runs.join(&name));
    if let Some(run_dir) = &run_dir {
        // If it can't, a guard that complains elsewhere is better than none.
        let _ = complain_there(run_dir);
    }
    let status = end_of(child)?;
    if let Some(run_dir) = &run_dir {
        see_to(run_dir, child)?;
    }
    let succeeded = status.and_then(WaitStatus::exit_status) == Some(0);
    Ok(if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Does what that process can't do any more for its run.
fn see_to(run_dir: &Path, child: Pid) -> io::Result<()> {
    match Holder::read(run_dir)? {
        // It died too early to have started anything, and no other may come after it.
        None => drop(abandon(run_dir, "the per-run process ended before it could start the script")?),
        Some(holder) if holder.process.pid == child.as_raw_nonzero().get() => {
            if !matches!(Exit::read(run_dir), Ok(Some(_))) {
                end_rest(run_dir, child)?;
            }
        }
        // One that came too late for the directory has started nothing.
        Some(_) => {}
    }
    Ok(())
}

/// Waits for that child; others only come to the guard once it is gone.
fn end_of(child: Pid) -> io::Result<Option<WaitStatus>> {
    loop {
        match wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid == child => return Ok(Some(status)),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::CHILD) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
}

fn end_rest(run_dir: &Path, child: Pid) -> io::Result<()> {
    let group = Group::of(run_dir);
    let find = || tree::descendants().unwrap_or_default();
    let ended = tree::end_all(ENDING, group.as_ref(), find, || tree::reap(child).empty);
    Remains::of(&ended, &find()).write(run_dir)?;
    group.iter().for_each(Group::remove);
    Ok(())
}
