//! Names a process for good, so that a recycled process id is never taken for it.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde::{Deserialize, Serialize};

use super::PROCESS;
use super::durable::{from_json, read_if_there};
use super::proc_stat::ProcStat;

/// Process id, start time and boot id: no two processes ever share all three.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Process id.
    pub pid: i32,
    /// Clock ticks since boot (`/proc/PID/stat`, field 22).
    pub start_time: u64,
    /// `/proc/sys/kernel/random/boot_id`.
    pub boot_id: String,
}

/// Who has taken a run directory: what the file `process` says.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    #[serde(flatten)]
    pub(super) process: Identity,
    /// Ends what the process leaves if it dies; `None`: nobody does.
    #[serde(default)]
    pub(super) guard: Option<Identity>,
}

impl Holder {
    /// The caller, whose guard is meant to be that process.
    pub(super) fn own(guard: Pid) -> io::Result<Self> {
        // A guard that is gone already is nobody's parent any more.
        let parent = rustix::process::getppid().filter(|parent| *parent == guard);
        let guard = parent.map(|pid| Identity::of(pid.as_raw_nonzero().get())).transpose()?;
        Ok(Self { process: Identity::own()?, guard })
    }

    /// The directory was taken so that nobody else can; what is missing is the exit that says so.
    pub(super) fn is_nobody(&self) -> bool {
        self.process.pid == 0
    }

    /// Of that directory; `None` if nobody has taken it.
    pub(super) fn read(run_dir: &Path) -> io::Result<Option<Self>> {
        let path = run_dir.join(PROCESS);
        read_if_there(&path)?.map(|bytes| from_json(&path, &bytes)).transpose()
    }

    /// The mark of [`super::abandon`]: the process of this name never existed.
    pub(super) fn nobody() -> Self {
        let process = Identity { pid: 0, start_time: 0, boot_id: String::new() };
        Self { process, guard: None }
    }
}

impl Identity {
    /// Of a process that can't be gone: the caller itself, or a child that it has not waited for.
    pub(super) fn of(pid: i32) -> io::Result<Self> {
        let stat = ProcStat::of(pid)?.ok_or(io::ErrorKind::NotFound)?;
        Ok(Self { pid, start_time: stat.start_time, boot_id: boot_id()? })
    }

    /// Of the caller.
    pub(super) fn own() -> io::Result<Self> {
        Self::of(rustix::process::getpid().as_raw_nonzero().get())
    }

    /// Whether exactly this process runs; a zombie does not.
    pub(super) fn is_alive(&self) -> io::Result<bool> {
        if self.pid <= 0 || self.boot_id != boot_id()? {
            return Ok(false);
        }
        let stat = ProcStat::of(self.pid)?;
        Ok(stat.is_some_and(|stat| stat.start_time == self.start_time && !stat.is_dead()))
    }

    /// A descriptor of exactly this process, which becomes readable when it ends; `None` if it is over.
    fn pin(&self) -> io::Result<Option<OwnedFd>> {
        let Some(pid) = Pid::from_raw(self.pid) else { return Ok(None) };
        // The descriptor pins the process; looking again after it was opened makes sure which one.
        let pinned = match pidfd_open(pid, PidfdFlags::empty()) {
            Err(rustix::io::Errno::SRCH) => return Ok(None),
            opened => opened?,
        };
        Ok(self.is_alive()?.then_some(pinned))
    }

    /// Sends a signal to exactly this process; nothing happens if it is over.
    pub(super) fn signal(&self, signal: Signal) -> io::Result<()> {
        let Some(pinned) = self.pin()? else { return Ok(()) };
        match pidfd_send_signal(pinned, signal) {
            Err(rustix::io::Errno::SRCH) => Ok(()),
            sent => Ok(sent?),
        }
    }

    /// Waits until it is over, or for so long.
    pub(super) fn await_end(&self, deadline: Instant) -> io::Result<()> {
        let Some(pinned) = self.pin()? else { return Ok(()) };
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let timeout =
                Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: left.subsec_nanos().into() };
            match poll(&mut [PollFd::new(&pinned, PollFlags::IN)], Some(&timeout)) {
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => return Ok(()),
            }
        }
    }
}

/// Names this boot of the machine.
///
/// # Errors
/// When `/proc` does not tell.
pub fn boot_id() -> io::Result<String> {
    Ok(std::fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_start_time_or_boot_is_another_process() {
        let own = Identity::own().unwrap();
        assert!(own.is_alive().unwrap());
        assert!(!Identity { start_time: own.start_time + 1, ..own.clone() }.is_alive().unwrap());
        assert!(!Identity { boot_id: "another".to_owned(), ..own }.is_alive().unwrap());
        assert!(!Holder::nobody().process.is_alive().unwrap());
    }

    #[test]
    fn a_signal_for_a_recycled_process_id_reaches_nobody() {
        let own = Identity::own().unwrap();
        let former = Identity { start_time: own.start_time + 1, ..own };
        former.signal(Signal::KILL).unwrap();
    }
}
