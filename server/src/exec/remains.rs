//! What was left of a run whose per-run process died without an exit record, and what became of it.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::durable::{from_json, read_if_there, to_json};
use super::identity::Holder;
use super::proc_stat::ProcStat;
use super::{Group, REMAINS, guard, tree};

/// The variable by which a process is known as the run's, wherever it has got to.
pub(super) const MARK: &str = "LASTMILE_RUN_ID";
/// How long the server goes on ending what no guard did.
const ENDING: Duration = Duration::from_secs(3);
/// Looks that must find nobody: one may miss who is just being forked.
const LOOKS: u32 = 3;
/// Most names that are kept.
const KEPT: usize = 20;

/// Processes that a run left without its per-run process.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Remains {
    /// Were ended, as `NAME (PID)`.
    pub ended: Vec<String>,
    /// Could not be ended.
    pub left: Vec<String>,
}

impl Remains {
    pub(super) fn of(ended: &[ProcStat], left: &[ProcStat]) -> Self {
        let names = |all: &[ProcStat]| all.iter().take(KEPT).map(tree::name).collect();
        Self { ended: names(ended), left: names(left) }
    }

    /// `RUN_DIR/remains`; whoever follows the run hears of it.
    pub(super) fn write(&self, run_dir: &Path) -> io::Result<()> {
        let bytes = to_json(self)?;
        let mut options = OpenOptions::new();
        let mut file =
            options.write(true).create(true).truncate(true).mode(0o600).open(run_dir.join(REMAINS))?;
        file.write_all(&bytes)
    }

    fn read(run_dir: &Path) -> io::Result<Self> {
        let path = run_dir.join(REMAINS);
        read_if_there(&path)?.map_or_else(|| Ok(Self::default()), |bytes| from_json(&path, &bytes))
    }
}

/// Makes sure that nothing of a run goes on whose directory stands as [`super::Standing::Gone`]: waits for its guard, then
/// ends what is in the run's group or has its mark in its environment. Takes up to 8 s, and normally no time at all.
///
/// # Errors
/// When the directory or `/proc` can't be read.
pub fn settle(run_dir: &Path, run: &str) -> io::Result<Remains> {
    await_guard(run_dir)?;
    let mut remains = Remains::read(run_dir)?;
    let group = Group::of(run_dir);
    let find = || {
        let mut all = marked(run).unwrap_or_default();
        let inside = group.iter().flat_map(Group::members);
        all.extend(inside.filter(|stat| all.iter().all(|other| other.pid != stat.pid)).collect::<Vec<_>>());
        all
    };
    let looks = std::cell::Cell::new(0);
    let nobody = || {
        looks.set(if find().is_empty() { looks.get() + 1 } else { 0 });
        looks.get() >= LOOKS
    };
    let ended = tree::end_all(ENDING, group.as_ref(), find, nobody);
    let found = Remains::of(&ended, &find());
    remains.ended.extend(found.ended);
    remains.left.retain(|name| found.left.contains(name));
    remains
        .left
        .extend(found.left.into_iter().filter(|name| !remains.left.contains(name)).collect::<Vec<_>>());
    group.iter().for_each(Group::remove);
    Ok(remains)
}

fn await_guard(run_dir: &Path) -> io::Result<()> {
    let Some(Holder { guard: Some(guard), .. }) = Holder::read(run_dir)? else { return Ok(()) };
    let deadline = Instant::now() + guard::ENDING + Duration::from_secs(1);
    guard.await_end(deadline)
}

/// Everybody of this boot who was started with the run's mark, or whose parent was.
fn marked(run: &str) -> io::Result<Vec<ProcStat>> {
    let mark = format!("{MARK}={run}");
    let own = rustix::process::getpid().as_raw_nonzero().get();
    let of_run = |stat: &ProcStat| {
        // Another user's environment can't be read; nor could the process be signalled.
        let environ = std::fs::read(format!("/proc/{}/environ", stat.pid)).unwrap_or_default();
        stat.pid != own && environ.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
    };
    Ok(tree::below_all(tree::everybody()?, of_run))
}
