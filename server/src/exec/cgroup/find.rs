//! Whether groups can be made on this machine, where, and what they can limit.

use std::io;
use std::path::{Path, PathBuf};

use super::{Group, PREFIX, remove, run_of, write};
use crate::log::EXIT;

/// A server in a group of this name (systemd's `DelegateSubgroup=`) makes its runs' groups beside it: only a group without
/// processes of its own can give controllers to those below.
const OWN: &str = "lastmile-server";
/// The controllers that a run has a use for.
const CONTROLLERS: [&str; 2] = ["pids", "memory"];

/// Where groups can be made, and what they limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cgroups {
    base: PathBuf,
    pids: bool,
    memory: bool,
}

impl Cgroups {
    /// Tries it: makes a group and removes it again. `enable`: gives runs the controllers that are there.
    ///
    /// # Errors
    /// Says, for people, why no group can be made.
    pub fn find(enable: bool) -> Result<Self, String> {
        let base = base()?;
        let place = base.display().to_string();
        if enable {
            for controller in CONTROLLERS {
                // Refused if it is not there, or if the group has processes of its own.
                let _ = write(&base.join("cgroup.subtree_control"), &format!("+{controller}"));
            }
        }
        let trial = base.join(format!("{PREFIX}trial-{}", std::process::id()));
        std::fs::create_dir(&trial).map_err(|error| format!("{place} is not ours to write ({error})"))?;
        let can_kill = trial.join("cgroup.kill").exists();
        let given = std::fs::read_to_string(trial.join("cgroup.controllers")).unwrap_or_default();
        remove(&trial);
        if !can_kill {
            return Err("the kernel has no cgroup.kill (Linux 5.14 or newer is needed)".to_owned());
        }
        let has = |name| given.split_ascii_whitespace().any(|controller| controller == name);
        Ok(Self { base, pids: has("pids"), memory: has("memory") })
    }

    /// Where.
    #[must_use]
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// Whether a run's processes can be limited.
    #[must_use]
    pub fn limits_processes(&self) -> bool {
        self.pids
    }

    /// Whether a run's memory can be limited.
    #[must_use]
    pub fn limits_memory(&self) -> bool {
        self.memory
    }

    /// The group of a run.
    #[must_use]
    pub fn of(&self, run: &str) -> Group {
        Group { dir: self.base.join(format!("{PREFIX}{run}")), pids: self.pids, memory: self.memory }
    }

    /// Removes empty groups of runs below that folder that have ended: whoever should have done it was killed, or what was left
    /// running has ended since.
    pub fn sweep(&self, runs: &Path) {
        for entry in std::fs::read_dir(&self.base).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if run_of(&name).is_some_and(|run| runs.join(run).join(EXIT).exists()) {
                remove(&entry.path());
            }
        }
    }
}

/// The group below which ours may be made.
fn base() -> Result<PathBuf, String> {
    let read =
        |path: &str| std::fs::read_to_string(path).map_err(|error: io::Error| format!("{path}: {error}"));
    let groups = read("/proc/self/cgroup")?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::")).ok_or("cgroup v2 is not there")?;
    let mounts = read("/proc/self/mountinfo")?;
    let dir = mounts.lines().find_map(|line| place(line, own)).ok_or("cgroup v2 is not mounted")?;
    Ok(if dir.file_name().is_some_and(|name| name == OWN) {
        dir.parent().map_or_else(|| dir.clone(), Path::to_owned)
    } else {
        dir
    })
}

/// Where the group `own` is found by that mount, if it is a mount of cgroup v2 that shows it.
///
/// `41 31 0:38 ROOT MOUNT rw,relatime - cgroup2 cgroup2 rw`
fn place(line: &str, own: &str) -> Option<PathBuf> {
    let (before, after) = line.split_once(" - ")?;
    if !after.starts_with("cgroup2 ") {
        return None;
    }
    let mut fields = before.split(' ').skip(3);
    let (root, mount) = (fields.next()?, fields.next()?);
    let inside = own.strip_prefix(root.trim_end_matches('/'))?;
    let inside = if inside.is_empty() { inside } else { inside.strip_prefix('/')? };
    Some(Path::new(mount).join(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_group_is_found_below_whatever_part_of_the_hierarchy_is_mounted() {
        let mounted =
            |root: &str| format!("41 31 0:38 {root} /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw");
        let at = |root: &str, own: &str| place(&mounted(root), own);
        assert_eq!(at("/", "/"), Some("/sys/fs/cgroup/".into()));
        assert_eq!(at("/", "/a.slice/b.service"), Some("/sys/fs/cgroup/a.slice/b.service".into()));
        assert_eq!(at("/a.slice", "/a.slice/b.service"), Some("/sys/fs/cgroup/b.service".into()));
        assert_eq!(at("/other", "/a.slice"), None);
        assert_eq!(at("/a", "/a.slice"), None);
        assert_eq!(place("41 31 0:38 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids", "/"), None);
    }
}
