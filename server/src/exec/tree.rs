//! A run's processes, their signals and their end.
//!
//! The per-run process is the sub-reaper of all that it starts: whoever double-forks or calls setsid becomes its child
//! once the parent is gone, and its guard's once it is gone itself.

use std::collections::{HashMap, HashSet};
use std::io;
use std::time::{Duration, Instant};

use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, WaitStatus, getpid, pidfd_open, pidfd_send_signal,
    set_child_subreaper, wait,
};

use super::Group;
use super::proc_stat::ProcStat;

/// Looks per round at who has been forked since; a fork chain that is not stopped by then meets the next round.
const LOOKS: usize = 50;
/// Pause between rounds of [`end_all`].
const ROUND: Duration = Duration::from_millis(5);
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
    let own = getpid().as_raw_nonzero().get();
    let mut found = below_all(everybody()?, |stat| stat.pid == own);
    found.retain(|stat| stat.pid != own);
    Ok(found)
}

/// All processes of the machine.
pub(super) fn everybody() -> io::Result<Vec<ProcStat>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if let Ok(Some(stat)) = ProcStat::of(pid) {
            all.push(stat);
        }
    }
    Ok(all)
}

/// Those that are meant, and everybody below them, who are alive.
pub(super) fn below_all(all: Vec<ProcStat>, is_meant: impl Fn(&ProcStat) -> bool) -> Vec<ProcStat> {
    let (mut open, others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_meant);
    let mut children: HashMap<i32, Vec<ProcStat>> = HashMap::new();
    for stat in others {
        children.entry(stat.parent).or_default().push(stat);
    }
    let mut found = Vec::new();
    while let Some(stat) = open.pop() {
        open.extend(children.remove(&stat.pid).unwrap_or_default());
        found.push(stat);
    }
    found.retain(|stat| !stat.is_dead());
    found
}

/// Asks all to end. Who is stopped must go on to hear it.
pub(super) fn ask_to_end() {
    for stat in descendants().unwrap_or_default() {
        send(&stat, Signal::TERM);
        send(&stat, Signal::CONT);
    }
}

/// One round over this process's descendants, after their group.
pub(super) fn kill_round(group: Option<&Group>) {
    group.into_iter().for_each(Group::kill);
    kill_all(&|| descendants().unwrap_or_default());
}

/// Stops all, looks for new ones until none are, then kills all, and says whom. Who can't be killed in one round meets
/// the next.
fn kill_all(find: &impl Fn() -> Vec<ProcStat>) -> Vec<ProcStat> {
    let mut stopped: HashSet<(i32, u64)> = HashSet::new();
    let mut doomed = Vec::new();
    for _ in 0..LOOKS {
        let mut all = find();
        all.retain(|stat| stopped.insert((stat.pid, stat.start_time)));
        if all.is_empty() {
            break;
        }
        all.iter().for_each(|stat| send(stat, Signal::STOP));
        doomed.append(&mut all);
    }
    doomed.iter().for_each(|stat| send(stat, Signal::KILL));
    doomed
}

/// Rounds until nobody is left or the time is up, after the whole group was killed at once where there is one; gives everybody
/// who was killed and is gone.
pub(super) fn end_all(
    within: Duration,
    group: Option<&Group>,
    find: impl Fn() -> Vec<ProcStat>,
    nobody: impl Fn() -> bool,
) -> Vec<ProcStat> {
    let deadline = Instant::now() + within;
    let mut doomed: HashMap<(i32, u64), ProcStat> = HashMap::new();
    let keyed = |all: Vec<ProcStat>| all.into_iter().map(|stat| ((stat.pid, stat.start_time), stat));
    if let Some(group) = group {
        doomed.extend(keyed(group.members()));
        group.kill();
    }
    while !nobody() && Instant::now() < deadline {
        doomed.extend(keyed(kill_all(&find)));
        std::thread::sleep(ROUND);
    }
    let gone = |stat: &ProcStat| {
        let still = ProcStat::of(stat.pid).ok().flatten();
        still.is_none_or(|still| still.start_time != stat.start_time || still.is_dead())
    };
    let mut ended: Vec<_> = doomed.into_values().filter(gone).collect();
    ended.sort_by_key(|stat| (stat.start_time, stat.pid));
    ended
}

/// `sleep (4711)`
pub(super) fn name(stat: &ProcStat) -> String {
    format!("{} ({})", stat.name, stat.pid)
}

/// Who they are, for a message: `sleep (4711), nc (4712) and 3 more`.
pub(super) fn names(all: &[ProcStat]) -> String {
    let mut text = all.iter().take(LISTED).map(name).collect::<Vec<_>>().join(", ");
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
