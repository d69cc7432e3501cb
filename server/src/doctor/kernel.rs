//! What the kernel gives: safe signals, groups of processes with limits, namespaces.

use rustix::process::{PidfdFlags, getpid, getuid, pidfd_open};

use super::{Finding, Verdict};
use crate::exec::Cgroups;

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

/// Seen from the group that the command runs in: the server's own may give more or less.
pub(super) fn cgroup() -> Finding {
    let name = "cgroup v2";
    let found = match Cgroups::find(false) {
        Ok(found) => found,
        Err(why) => {
            let text = format!(
                "{why}: runs are ended by their guard in rounds, and `processes` and `memory` are rlimits"
            );
            return Finding::new(name, Verdict::Limited, text);
        }
    };
    let place = found.base().display();
    let text = match (found.limits_processes(), found.limits_memory()) {
        (true, true) => {
            format!(
                "a group for each run below {place}: its tree ends at once, `processes` and `memory` bind the whole run"
            )
        }
        (true, false) => {
            format!(
                "a group for each run below {place}: its tree ends at once, `processes` binds the whole run; no memory controller: `memory` is an rlimit"
            )
        }
        (false, true) => {
            format!(
                "a group for each run below {place}: its tree ends at once, `memory` binds the whole run; no pids controller: `processes` is an rlimit"
            )
        }
        (false, false) => {
            format!(
                "a group for each run below {place}: its tree ends at once; it has no pids and memory controllers: `processes` and `memory` are rlimits"
            )
        }
    };
    let all = found.limits_processes() && found.limits_memory();
    Finding::new(name, if all { Verdict::Ok } else { Verdict::Limited }, text)
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
            "root: a script may do anything, and `processes` as an rlimit does not bind it; give targets a `user`, or the server a user of its own",
        );
    }
    Finding::new("user", Verdict::Ok, "not root: `processes` binds, and scripts may do what this user may")
}
