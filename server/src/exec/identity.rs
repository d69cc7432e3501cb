//! Names a process for good, so that a recycled process id is never taken for it.

use std::io;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde::{Deserialize, Serialize};

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

    /// The mark of [`super::abandon`]: the process of this name never existed.
    pub(super) fn nobody() -> Self {
        Self { pid: 0, start_time: 0, boot_id: String::new() }
    }

    /// Whether exactly this process runs; a zombie does not.
    pub(super) fn is_alive(&self) -> io::Result<bool> {
        if self.pid <= 0 || self.boot_id != boot_id()? {
            return Ok(false);
        }
        let stat = ProcStat::of(self.pid)?;
        Ok(stat.is_some_and(|stat| stat.start_time == self.start_time && !stat.is_dead()))
    }

    /// Sends a signal to exactly this process; nothing happens if it is over.
    pub(super) fn signal(&self, signal: Signal) -> io::Result<()> {
        let Some(pid) = Pid::from_raw(self.pid) else { return Ok(()) };
        // The descriptor pins the process; looking again after it was opened makes sure which one.
        let pinned = match pidfd_open(pid, PidfdFlags::empty()) {
            Err(rustix::io::Errno::SRCH) => return Ok(()),
            opened => opened?,
        };
        if !self.is_alive()? {
            return Ok(());
        }
        match pidfd_send_signal(pinned, signal) {
            Err(rustix::io::Errno::SRCH) => Ok(()),
            sent => Ok(sent?),
        }
    }
}

fn boot_id() -> io::Result<String> {
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
        assert!(!Identity::nobody().is_alive().unwrap());
    }

    #[test]
    fn a_signal_for_a_recycled_process_id_reaches_nobody() {
        let own = Identity::own().unwrap();
        let former = Identity { start_time: own.start_time + 1, ..own };
        former.signal(Signal::KILL).unwrap();
    }
}
