//! What the kernel gives: safe signals, groups of processes with limits, namespaces.

use std::path::{Path, PathBuf};

use rustix::process::{PidfdFlags, getpid, getuid, pidfd_open};

use super::{Finding, Verdict};

pub(super) fn pidfd() -> Finding {
    match pidfd_open(getpid(), PidfdFlags::empty()) {
        Ok(_) => {
            Finding::new("pidfd", Verdict::Ok, "a signal reaches exactly the process that it is meant for")
        }
        Err(error) => Finding::new(
            "pidfd",
            Verdict::Bad,
            format!(
                "not there ({error}): cancelling will fail. Linux 5.3 or newer is needed, and a sandbox that allows pidfd_open"
            ),
        ),
    }
}

/// Lastmile ends trees without a cgroup; the line tells operators what the machine would allow.
pub(super) fn cgroup() -> Finding {
    let name = "cgroup v2";
    let Some(own) = own_cgroup() else {
        return Finding::new(
            name,
            Verdict::Limited,
            "not mounted: `processes` and `memory` are rlimits of each process",
        );
    };
    let controllers = std::fs::read_to_string(own.join("cgroup.controllers")).unwrap_or_default();
    let has = |name: &str| controllers.split_ascii_whitespace().any(|controller| controller == name);
    let limits: Vec<_> = ["pids", "memory"].into_iter().filter(|name| has(name)).collect();
    let writable = rustix::fs::access(own.join("cgroup.procs"), rustix::fs::Access::WRITE_OK).is_ok();
    let place = own.display();
    let with =
        if limits.is_empty() { "no pids or memory controller".to_owned() } else { limits.join(" and ") };
    let whose = if writable { "ours to write" } else { "not ours to write" };
    Finding::new(
        name,
        Verdict::Limited,
        format!(
            "{place} is {whose}, with {with}; runs are limited by rlimits and ended by their guard all the same"
        ),
    )
}

/// Where the hierarchy is mounted, with our own group below it.
fn own_cgroup() -> Option<PathBuf> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    let mount = mounts.lines().find_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        after.starts_with("cgroup2 ").then(|| before.split(' ').nth(4))?
    })?;
    let groups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    Some(Path::new(mount).join(own))
}

pub(super) fn user_namespaces() -> Finding {
    let most = std::fs::read_to_string("/proc/sys/user/max_user_namespaces").unwrap_or_default();
    let allowed = most.trim().parse::<u64>().is_ok_and(|most| most > 0);
    let text = if allowed {
        "allowed; Lastmile does not need them, sandboxes in wrappers may"
    } else {
        "not allowed; Lastmile does not need them, but a wrapper such as bwrap or rootless podman would"
    };
    Finding::new("user namespaces", if allowed { Verdict::Ok } else { Verdict::Limited }, text)
}

pub(super) fn user() -> Finding {
    if getuid().is_root() {
        return Finding::new(
            "user",
            Verdict::Limited,
            "root: `processes` does not bind scripts that run here, and a script may do anything; use a user of its own",
        );
    }
    Finding::new("user", Verdict::Ok, "not root: `processes` binds, and scripts may do what this user may")
}
