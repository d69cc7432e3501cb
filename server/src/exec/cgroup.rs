//! A run's control group (cgroup v2), where this machine lets one be made: its tree ends at once, whatever it does, and has
//! limits as a whole.
//!
//! The server finds out once what there is ([`Cgroups`]); which group is a run's stands in its `launch` ([`Group`]). The per-run
//! process makes it, and whoever sees the run's end removes it: that process, its guard, or the server.

use std::ffi::OsStr;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Launch;
use super::proc_stat::ProcStat;

mod find;

pub use find::Cgroups;

/// What a run's group is called, before the run's id.
const PREFIX: &str = "lastmile-";

/// A run's group: stands in `RUN_DIR/launch`.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Group {
    dir: PathBuf,
    /// It limits processes.
    #[serde(default)]
    pids: bool,
    /// It limits memory.
    #[serde(default)]
    memory: bool,
}

impl Group {
    /// Of that run, as its `launch` says.
    pub(super) fn of(run_dir: &Path) -> Option<Self> {
        Launch::read(run_dir).ok()?.cgroup
    }

    /// Makes it, with the run's limits, which `launch` then no longer has: the group's bind better. Behind a wrapper they
    /// are the other side's.
    pub(super) fn make(&self, launch: &mut Launch) -> io::Result<OwnedFd> {
        DirBuilder::new().create(&self.dir)?;
        let far = !launch.wrapper.is_empty();
        let limited = || -> io::Result<_> {
            let mut left = (launch.max_processes, launch.max_memory);
            if let (Some(count), true, false) = (left.0, self.pids, far) {
                self.write("pids.max", &count.to_string())?;
                left.0 = None;
            }
            if let (Some(bytes), true, false) = (left.1, self.memory, far) {
                self.write("memory.max", &bytes.to_string())?;
                // Not there without swap; then there is nothing to forbid.
                let _ = self.write("memory.swap.max", "0");
                left.1 = None;
            }
            let flags =
                rustix::fs::OFlags::PATH | rustix::fs::OFlags::DIRECTORY | rustix::fs::OFlags::CLOEXEC;
            Ok((rustix::fs::open(&self.dir, flags, rustix::fs::Mode::empty())?, left))
        };
        match limited() {
            Ok((group, left)) => {
                (launch.max_processes, launch.max_memory) = left;
                Ok(group)
            }
            Err(error) => {
                self.remove();
                Err(error)
            }
        }
    }

    /// Kills everybody in it, at once: who is just being forked too.
    pub(super) fn kill(&self) {
        // It may never have been made, or be gone; what is left otherwise is seen by looking.
        let _ = self.write("cgroup.kill", "1");
    }

    /// Everybody in it who is alive.
    pub(super) fn members(&self) -> Vec<ProcStat> {
        let ids = std::fs::read_to_string(self.dir.join("cgroup.procs")).unwrap_or_default();
        let ids = ids.lines().filter_map(|line| line.parse().ok());
        ids.filter_map(|pid| ProcStat::of(pid).ok().flatten()).filter(|stat| !stat.is_dead()).collect()
    }

    /// Removes it, if nobody is in it. Groups that a script has made inside go first.
    pub(super) fn remove(&self) {
        remove(&self.dir);
    }

    fn write(&self, file: &str, text: &str) -> io::Result<()> {
        write(&self.dir.join(file), text)
    }
}

fn write(file: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).open(file)?.write_all(text.as_bytes())
}

fn remove(dir: &Path) {
    for inside in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        if inside.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove(&inside.path());
        }
    }
    // One that is not empty, or not there, stays as it is.
    let _ = std::fs::remove_dir(dir);
}

/// The run whose group has that name.
fn run_of(name: &OsStr) -> Option<&str> {
    name.to_str()?.strip_prefix(PREFIX)
}
