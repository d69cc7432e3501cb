//! A script that starts as another user, or in a control group: what is theirs, and the start itself.

use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, WaitOptions, waitpid};

use super::fork::{fork, fork_into, leave};
use super::{Account, OUTPUT, SCRIPT, WORK};

/// How `clone3` fails where it may not be used, or can't do what we want of it.
const FORBIDDEN: [i32; 3] = [libc::ENOSYS, libc::EPERM, libc::EINVAL];

/// As whom and where a script starts, other than this process.
pub(super) struct Apart {
    pub(super) account: Option<Account>,
    pub(super) group: Option<OwnedFd>,
}

/// The account of that name; the error says what is missing.
pub(super) fn account(name: &str) -> io::Result<Account> {
    Account::of(name)?.ok_or_else(|| {
        io::Error::new(io::ErrorKind::NotFound, format!("this machine has no user `{name}` (any more)"))
    })
}

/// Lets the account read the script, work, and write outputs, and nobody else; log and record stay ours.
pub(super) fn hand_over(run_dir: &Path, account: &Account) -> io::Result<()> {
    let gid = Some(account.gid.as_raw());
    for (path, mode) in [(run_dir.to_owned(), 0o710), (run_dir.join(SCRIPT), 0o640)] {
        chown(&path, None, gid)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode))?;
    }
    account.give(&run_dir.join(OUTPUT))?;
    match account.give(&run_dir.join(WORK)) {
        // The target has a working folder of its own.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        given => given,
    }
}

/// What programs expect to find of the user they run as; the run's own variables come over it.
pub(super) fn environment(account: &Account) -> [(&'static str, std::ffi::OsString); 3] {
    let name = std::ffi::OsString::from(&account.name);
    [("HOME", account.home.clone().into()), ("USER", name.clone()), ("LOGNAME", name)]
}

impl Apart {
    /// Makes streams the account's: a script may open `/dev/stdout` anew.
    pub(super) fn give<'a>(&self, streams: impl IntoIterator<Item = &'a OwnedFd>) -> io::Result<()> {
        let Some(account) = &self.account else { return Ok(()) };
        streams.into_iter().try_for_each(|stream| Ok(rustix::fs::fchown(stream, Some(account.uid), None)?))
    }

    /// Takes the command, and with it our copies of the child's ends: a stream ends when theirs are closed.
    pub(super) fn spawn(&self, mut command: Command) -> io::Result<Pid> {
        let spawned = if self.account.is_none() && self.group.is_none() {
            let child = command.spawn();
            child.and_then(|child| {
                let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
                pid.ok_or_else(|| io::Error::other("a process without an id"))
            })
        } else {
            self.spawn_apart(&mut command)
        };
        spawned.map_err(|error| {
            let program = command.get_program().display();
            io::Error::new(error.kind(), format!("`{program}` can't be started: {error}"))
        })
    }

    fn spawn_apart(&self, command: &mut Command) -> io::Result<Pid> {
        let (mut told, tell) = pipe_with(PipeFlags::CLOEXEC)
            .map(|(told, tell)| (std::fs::File::from(told), std::fs::File::from(tell)))?;
        let (child, to_enter) = self.divide()?;
        let Some(child) = child else { self.become_script(command, to_enter, tell) };
        drop(tell);
        let mut code = [0; 4];
        // The pipe closes when the script's program has taken over, with nothing in it.
        match told.read_exact(&mut code) {
            Err(_) => Ok(child),
            Ok(()) => {
                let _ = waitpid(Some(child), WaitOptions::empty());
                Err(io::Error::from_raw_os_error(i32::from_ne_bytes(code)))
            }
        }
    }

    /// A new process, and the group that it still has to enter by itself.
    fn divide(&self) -> io::Result<(Option<Pid>, Option<&OwnedFd>)> {
        let Some(group) = &self.group else { return Ok((fork()?, None)) };
        match fork_into(group.as_fd()) {
            // A sandbox forbids the call. The detour costs milliseconds.
            Err(error) if FORBIDDEN.contains(&error.raw_os_error().unwrap_or_default()) => {
                Ok((fork()?, Some(group)))
            }
            done => Ok((done?, None)),
        }
    }

    /// In the new process.
    fn become_script(&self, command: &mut Command, to_enter: Option<&OwnedFd>, mut tell: std::fs::File) -> ! {
        let became = to_enter.map_or(Ok(()), enter);
        let became = became.and_then(|()| self.account.as_ref().map_or(Ok(()), Account::become_user));
        let error = became.err().unwrap_or_else(|| command.exec());
        let code = error.raw_os_error().unwrap_or(libc::EIO);
        // If nobody hears it, nobody waits for the script either.
        let _ = tell.write_all(&code.to_ne_bytes());
        leave()
    }
}

/// Goes into a group.
fn enter(group: &OwnedFd) -> io::Result<()> {
    use rustix::fs::{Mode, OFlags, openat};
    let members = openat(group, "cgroup.procs", OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
    std::fs::File::from(members).write_all(b"0")
}
