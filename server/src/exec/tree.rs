//! All descendants of the per-run process, their signals and their end.
//!
//! The process is their sub-reaper: whoever double-forks or calls setsid becomes its child once the parent is gone.

use std::collections::{HashMap, HashSet};
use std::io;

use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, WaitStatus, getpid, pidfd_open, pidfd_send_signal,
    set_child_subreaper, wait,
};

use super::proc_stat::ProcStat;

/// Looks per round at who has been forked since; a fork chain that is not stopped by then meets the next round.
const LOOKS: usize = 50;
/// Names that a message lists.
const LISTED: usize = 5;

/// From here on, orphaned descendants become children of this process.
pub(super) fn adopt_orphans() -> io::Result<()> {
    Ok(set_child_subreaper(Some(getpid()))?)
}

/// Fetches the status of all that have ended.
pub(super) struct Reaped {
    /// The child's own status, if it was among them.
    pub(super) child: Option<WaitStatus>,
    /// No descendant is left.
    pub(super) empty: bool,
}

pub(super) fn reap(child: Pid) -> Reaped {
    let mut reaped = Reaped { child: None, empty: false };
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some((pid, status))) if pid == child => reaped.child = Some(status),
            Ok(Some(_)) | Err(rustix::io::Errno::INTR) => {}
            Ok(None) => return reaped,
            Err(_) => {
                reaped.empty = true;
                return reaped;
            }
        }
    }
}

/// Everybody below this process who is alive.
pub(super) fn descendants() -> io::Result<Vec<ProcStat>> {
    let mut children: HashMap<i32, Vec<ProcStat>> = HashMap::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if let Ok(Some(stat)) = ProcStat::of(pid) {
            children.entry(stat.parent).or_default().push(stat);
        }
    }
    let mut found = Vec::new();
    let mut open = vec![getpid().as_raw_nonzero().get()];
    while let Some(parent) = open.pop() {
        for stat in children.remove(&parent).unwrap_or_default() {
            open.push(stat.pid);
            found.push(stat);
        }
    }
    found.retain(|stat| !stat.is_dead());
    Ok(found)
}

/// Asks all to end. Who is stopped must go on to hear it.
pub(super) fn ask_to_end() {
    for stat in descendants().unwrap_or_default() {
        send(&stat, Signal::TERM);
        send(&stat, Signal::CONT);
    }
}

/// One round: stops all, looks for new ones until none are, then kills all. Who can't be killed in
/// one round meets the next.
pub(super) fn kill_round() {
    let mut stopped: HashSet<(i32, u64)> = HashSet::new();
    let mut doomed = Vec::new();
    for _ in 0..LOOKS {
        let mut all = descendants().unwrap_or_default();
        all.retain(|stat| stopped.insert((stat.pid, stat.start_time)));
        if all.is_empty() {
            break;
        }
        all.iter().for_each(|stat| send(stat, Signal::STOP));
        doomed.append(&mut all);
    }
    doomed.iter().for_each(|stat| send(stat, Signal::KILL));
}

/// Who they are, for a message: `sleep (4711), nc (4712) and 3 more`.
pub(super) fn names(all: &[ProcStat]) -> String {
    let mut text = all
        .iter()
        .take(LISTED)
        .map(|stat| format!("{} ({})", stat.name, stat.pid))
        .collect::<Vec<_>>()
        .join(", ");
    if all.len() > LISTED {
        text.push_str(&format!(" and {} more", all.len() - LISTED));
    }
    text
}

/// Signals exactly this process; that it is over, or another user's, is seen by looking again.
fn send(stat: &ProcStat, signal: Signal) {
    let Some(pid) = Pid::from_raw(stat.pid) else { return };
    let Ok(pinned) = pidfd_open(pid, PidfdFlags::empty()) else { return };
    let still = ProcStat::of(stat.pid).ok().flatten();
    if still.is_some_and(|still| still.start_time == stat.start_time) {
        let _ = pidfd_send_signal(pinned, signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_names_is_cut() {
        let stat = |pid| ProcStat { pid, name: "sleep".to_owned(), state: 'S', parent: 1, start_time: 0 };
        let all: Vec<_> = (1..=7).map(stat).collect();
        assert_eq!(names(&all[..1]), "sleep (1)");
        assert!(names(&all).ends_with("sleep (5) and 2 more"));
    }
}
