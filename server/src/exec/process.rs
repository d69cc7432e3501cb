//! The life of a per-run process: take the directory, start the script, see it through, write how it ended.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use lastmile_protocol::Stream;
use rustix::io::FdFlags;
use rustix::process::{Pid, WaitStatus};

use super::capture::Capture;
use super::child::{self, Started};
use super::durable::{claim, to_json};
use super::exit::{ExitSlot, now_ms};
use super::identity::Holder;
use super::mask::{self, Secrets};
use super::phase::Terms;
use super::signals::Signals;
use super::supervise::{Ending, Supervisor};
use super::{
    CANCEL, Cause, DIAGNOSTICS, Exit, FullOutput, Group, Launch, Orders, PROCESS, WORK, guard, tree,
};
use crate::log::{LogWriter, WhenFull};

/// What a person should read of a log that no sync has put on the disk.
const NOT_DURABLE: &str = "The log could not be synced to the disk: it may be lost with the next power cut.";
/// Most bytes of orders that are taken.
const MAX_ORDERS: u64 = 4 * 1024 * 1024;

/// `lastmile exec RUNS`: the guard, and the per-run process that it divides into. That waits for its [`Orders`] (JSON) as
/// standard input, which name the run's directory in `RUNS`.
#[must_use]
pub fn main(runs: &Path) -> ExitCode {
    match guard::guard(runs) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("lastmile exec {}: {error}", runs.display());
            ExitCode::FAILURE
        }
    }
}

/// The per-run process, under that guard, which is told the name of the run.
pub(super) fn live(runs: &Path, guard: Pid, tells: OwnedFd) -> io::Result<()> {
    let signals = Signals::install()?;
    let Some(orders) = read_orders()? else { return Ok(()) };
    File::from(tells).write_all(orders.run.as_bytes())?;
    let run_dir = &runs.join(&orders.run);
    complain_there(run_dir)?;
    // From here on the directory is ours; before, nothing has happened.
    if !claim(run_dir, PROCESS, &to_json(&Holder::own(guard)?)?)? {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the directory is taken"));
    }
    let slot = ExitSlot::reserve(run_dir)?;
    let exit = perform(run_dir, &signals, orders, &slot);
    slot.release_lines()?;
    slot.write(exit)
}

/// A session of its own, usual file modes, and every orphan among its descendants.
pub(super) fn lead() -> io::Result<()> {
    // Fails only if the process leads a session already.
    let _ = rustix::process::setsid();
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    tree::adopt_orphans()
}

/// What there is to complain of from here on stands with the run. Until then it goes where the server's own complaints go.
pub(super) fn complain_there(run_dir: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let diagnostics = options.append(true).create(true).mode(0o600).open(run_dir.join(DIAGNOSTICS))?;
    Ok(rustix::stdio::dup2_stderr(diagnostics)?)
}

/// No descriptor of the server's is for the script.
pub(super) fn close_descriptors() -> io::Result<()> {
    for entry in std::fs::read_dir("/proc/self/fd")? {
        let Some(fd) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if fd > 2 {
            close_on_exec(fd);
        }
    }
    Ok(())
}

#[expect(unsafe_code, reason = "a descriptor that was inherited has no owner to borrow it from")]
fn close_on_exec(fd: std::os::fd::RawFd) {
    // SAFETY: the descriptor is borrowed for one call that changes no ownership; if it is not open (the one that the folder
    // was listed with, say), the call fails and nothing has happened.
    let fd = unsafe { std::os::fd::BorrowedFd::borrow_raw(fd) };
    let _ = rustix::io::fcntl_setfd(fd, FdFlags::CLOEXEC);
}

/// All of standard input, which must be a whole JSON object: a server that died while writing it has started nothing. Where
/// it died, or stopped, before it had a run, there are none.
fn read_orders() -> io::Result<Option<Orders>> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_ORDERS).read_to_end(&mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let orders: Orders = serde_json::from_slice(&bytes)?;
    let is_name = |name: &str| Path::new(name).file_name().is_some_and(|file| file == name);
    if is_name(&orders.run) { Ok(Some(orders)) } else { Err(io::ErrorKind::InvalidFilename.into()) }
}

/// Everything between taking the directory and writing the exit.
fn perform(run_dir: &Path, signals: &Signals, orders: Orders, slot: &ExitSlot) -> Exit {
    let secrets: Vec<_> = orders.secrets.into_iter().collect();
    if run_dir.join(CANCEL).exists() || signals.cancelled() {
        return Exit::before_start(Cause::Cancelled, None);
    }
    let prepared = || -> io::Result<_> {
        slot.reserve_lines()?;
        let mut launch = Launch::open(run_dir, &orders.seal)?;
        let group = make_group(&mut launch);
        let writer = LogWriter::begin_with(run_dir, launch.output_cap, when_full(&launch))?;
        let started = child::start(run_dir, &launch, &secrets, group)
            .inspect_err(|_| launch.cgroup.iter().for_each(Group::remove))?;
        Ok((launch, writer, started))
    };
    let (launch, writer, started) = match prepared() {
        Ok(prepared) => prepared,
        Err(error) => return Exit::before_start(Cause::NotStarted, Some(error.to_string())),
    };
    let (started_at_ms, begun) = (now_ms(), Instant::now());
    let mut capture = Capture::new(writer, launch.output_cap, begun);
    let ending = see_through(&launch, signals, &secrets, started, &mut capture);
    if !launch.leaves_running {
        // Stays if the script put something there; and what was left running may still be in it.
        let _ = std::fs::remove_dir(run_dir.join(WORK));
    }
    launch.cgroup.iter().for_each(Group::remove);
    // A full disk has room again for the last lines.
    let released = slot.release_lines();
    let durable = capture.finish() && released.is_ok();
    let left_out = capture.writer().left_out();
    let (Ending { cause, status, killed }, error) = match ending {
        Ok(ending) => (ending, None),
        Err(error) => (Ending { cause: Cause::Unknown, status: None, killed: false }, Some(error)),
    };
    Exit {
        cause,
        code: status.and_then(WaitStatus::exit_status),
        signal: status.and_then(WaitStatus::terminating_signal),
        message: error
            .map(|error| error.to_string())
            .or_else(|| message(cause, killed, &launch, &capture))
            .or_else(|| (!durable).then(|| NOT_DURABLE.to_owned())),
        started_at_ms: Some(started_at_ms),
        // The clock may have been set meanwhile.
        ended_at_ms: started_at_ms
            .saturating_add(i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX)),
        lines: capture.writer().lines(),
        bytes: capture.writer().bytes(),
        left_out_bytes: left_out.bytes,
        left_out_lines: left_out.lines,
        durable,
    }
}

/// The run's group, if it can be made: the run has its limits and its end without one, too.
fn make_group(launch: &mut Launch) -> Option<OwnedFd> {
    let group = launch.cgroup.take()?;
    let made =
        group.make(launch).inspect_err(|error| eprintln!("no control group can be made: {error}")).ok()?;
    launch.cgroup = Some(group);
    Some(made)
}

fn when_full(launch: &Launch) -> WhenFull {
    match launch.full_output {
        FullOutput::DropMiddle => WhenFull::DropMiddle,
        FullOutput::Stop => WhenFull::LeaveOutRest,
    }
}

fn see_through(
    launch: &Launch,
    signals: &Signals,
    secrets: &[(String, String)],
    started: Started,
    capture: &mut Capture,
) -> io::Result<Ending> {
    for (name, value) in secrets {
        if !value.is_empty() && value.len() < mask::SHORTEST {
            capture.say(&format!("the value of {name} is too short to be masked"));
        }
    }
    // When the last descriptor of a pseudo-terminal's end goes, the leader of its session is told to hang up: this process.
    let _terminal = started.err.is_none().then(|| started.out.try_clone()).transpose()?;
    let masked = Secrets::new(secrets.iter().map(|(_, value)| value.as_str()));
    capture.add(started.out, Stream::Out, masked.as_ref());
    if let Some(err) = started.err {
        capture.add(err, Stream::Err, masked.as_ref());
    }
    let terms = Terms {
        grace: Duration::from_secs(launch.grace_s),
        leaves_running: launch.leaves_running,
        far: !launch.wrapper.is_empty(),
    };
    let (timeout_s, full_output) = (launch.timeout_s, launch.full_output);
    let group = launch.cgroup.clone();
    Supervisor {
        child: started.pid,
        group,
        signals,
        capture,
        feed: started.feed,
        terms,
        timeout_s,
        full_output,
    }
    .run()
}

/// What a person should read besides the cause. Who cancelled it is told by whoever did.
fn message(cause: Cause, killed: bool, launch: &Launch, capture: &Capture) -> Option<String> {
    if let Some(why) = capture.failure() {
        return Some(format!(
            "The log could not be written ({why}), so it is not complete, and the script was ended."
        ));
    }
    let how = how_it_ended(killed, launch);
    match cause {
        Cause::TimedOut => Some(format!("It was ended because its {} s were up. {how}", launch.timeout_s)),
        Cause::Cancelled => Some(how),
        Cause::OutputFull => {
            Some(format!("It was ended because its output had reached {} bytes. {how}", launch.output_cap))
        }
        Cause::Terminated => Some(format!(
            "The per-run process was told to stop from outside Lastmile, as when the machine is shut down. {how}"
        )),
        Cause::Unknown => Some("The script could not be ended, and its outcome is unknown.".to_owned()),
        Cause::Exited | Cause::Signalled | Cause::NotStarted | Cause::LogFailed => None,
    }
}

fn how_it_ended(killed: bool, launch: &Launch) -> String {
    if killed {
        format!("It did not end within its grace of {} s and was killed (KILL).", launch.grace_s)
    } else if launch.wrapper.is_empty() {
        "It ended when asked to (TERM).".to_owned()
    } else {
        "The other side was told to end it, and did.".to_owned()
    }
}
