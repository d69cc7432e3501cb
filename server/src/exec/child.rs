//! Starts the script, here or through a wrapper.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::pipe::{PipeFlags, fcntl_setpipe_size, pipe_with};
use rustix::process::Pid;

use super::apart::{self, Apart};
use super::carry::{self, Cargo};
use super::feed::Feed;
use super::remains::MARK;
use super::spawn::INHERITED;
use super::tty::Terminal;
use super::{Launch, OUTPUT, SCRIPT, WORK};

/// Bytes that a pipe holds, so that short stalls of the reader don't stall the script. The most that
/// Linux gives to anybody by default.
const PIPE_BYTES: usize = 1024 * 1024;
/// The variable that names the file for outputs.
const OUTPUT_VARIABLE: &str = "LASTMILE_OUTPUT";

/// A script that runs.
pub(super) struct Started {
    pub(super) pid: Pid,
    pub(super) out: OwnedFd,
    /// `None` under a pseudo-terminal, which has one stream.
    pub(super) err: Option<OwnedFd>,
    /// What a wrapper's standard input is fed with.
    pub(super) feed: Option<Feed>,
}

/// Starts it, in that group if there is one; the error says what can't be started and why.
pub(super) fn start(
    run_dir: &Path,
    launch: &Launch,
    secrets: &[(String, String)],
    group: Option<OwnedFd>,
) -> io::Result<Started> {
    if launch.wrapper.is_empty() {
        start_here(run_dir, launch, secrets, group)
    } else {
        start_wrapped(launch, secrets, &Apart { account: None, group })
    }
}

fn start_here(
    run_dir: &Path,
    launch: &Launch,
    secrets: &[(String, String)],
    group: Option<OwnedFd>,
) -> io::Result<Started> {
    let output = run_dir.join(OUTPUT);
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true).mode(0o600).open(&output)?;
    let account = launch.user.as_deref().map(apart::account).transpose()?;
    let mut command = limited(launch)?;
    command.arg(run_dir.join(SCRIPT)).current_dir(working_folder(run_dir, launch)?).env_clear();
    if let Some(account) = &account {
        apart::hand_over(run_dir, account)?;
        command.envs(apart::environment(account));
    }
    let apart = Apart { account, group };
    let env = launch.env.iter().chain(secrets).map(|(name, value)| (name, value));
    command.envs(env).env(OUTPUT_VARIABLE, &output).stdin(Stdio::null());
    if !launch.tty {
        command.process_group(0);
        return start_with_pipes(command, None, &apart);
    }
    if !launch.env.iter().any(|(name, _)| name == "TERM") {
        command.env("TERM", "xterm-256color");
    }
    let terminal = Terminal::open()?;
    terminal.control()?;
    command.stdin(terminal.theirs.try_clone()?);
    start_with_terminal(command, terminal, None, &apart)
}

fn start_wrapped(launch: &Launch, secrets: &[(String, String)], apart: &Apart) -> io::Result<Started> {
    let mut env: Vec<_> = launch.env.iter().chain(secrets).cloned().collect();
    env.retain(|(name, _)| name != OUTPUT_VARIABLE);
    // What a script writes over there can't be read here.
    env.push((OUTPUT_VARIABLE.to_owned(), "/dev/null".to_owned()));
    let delimiter = carry::random_delimiter()?;
    let program = carry::program(&Cargo { launch, env: &env, delimiter: &delimiter })?;
    let (feed, input) = Feed::new(program.into_bytes())?;
    let mut command = command(&launch.wrapper)?;
    command.arg("sh").current_dir("/").env_clear().stdin(input).process_group(0);
    // No input of the run is among these: a runbook must not steer the wrapper itself.
    command.envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.env(MARK, &launch.run);
    if launch.tty {
        return start_with_terminal(command, Terminal::open()?, Some(feed), apart);
    }
    start_with_pipes(command, Some(feed), apart)
}

fn start_with_pipes(mut command: Command, feed: Option<Feed>, apart: &Apart) -> io::Result<Started> {
    let (out, their_out) = pipe()?;
    let (err, their_err) = pipe()?;
    apart.give([&their_out, &their_err])?;
    command.stdout(their_out).stderr(their_err);
    Ok(Started { pid: apart.spawn(command)?, out, err: Some(err), feed })
}

fn start_with_terminal(
    mut command: Command,
    terminal: Terminal,
    feed: Option<Feed>,
    apart: &Apart,
) -> io::Result<Started> {
    let Terminal { ours, theirs } = terminal;
    apart.give([&theirs])?;
    command.stdout(theirs.try_clone()?).stderr(theirs);
    rustix::io::ioctl_fionbio(&ours, true)?;
    Ok(Started { pid: apart.spawn(command)?, out: ours, err: None, feed })
}

fn command(words: &[String]) -> io::Result<Command> {
    let (program, arguments) = words.split_first().ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidInput, "no interpreter is set for this action's language")
    })?;
    let mut command = Command::new(program);
    command.args(arguments);
    Ok(command)
}

/// The interpreter, behind a shell that sets its limits if it has any. (Set from outside, they would come too late for a
/// script that is quick to fork; set on this process, they would bind it too.)
fn limited(launch: &Launch) -> io::Result<Command> {
    let limits = carry::limits(launch);
    if limits.is_empty() || launch.interpreter.is_empty() {
        return command(&launch.interpreter);
    }
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(format!("{limits}exec \"$@\"")).arg("sh").args(&launch.interpreter);
    Ok(shell)
}

fn working_folder(run_dir: &Path, launch: &Launch) -> io::Result<PathBuf> {
    let Some(folder) = &launch.workdir else {
        let work = run_dir.join(WORK);
        std::fs::DirBuilder::new().mode(0o700).create(&work)?;
        return Ok(work);
    };
    match std::fs::metadata(folder) {
        Ok(found) if found.is_dir() => Ok(folder.clone()),
        Ok(_) => Err(io::ErrorKind::NotADirectory.into()),
        Err(error) => Err(error),
    }
    .map_err(|error: io::Error| {
        io::Error::new(error.kind(), format!("the working folder {}: {error}", folder.display()))
    })
}

/// Reading end (not blocking) and writing end.
fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
    // Only speed is lost if a user's share of pipe memory is used up.
    let _ = fcntl_setpipe_size(&reader, PIPE_BYTES);
    rustix::io::ioctl_fionbio(&reader, true)?;
    Ok((reader, writer))
}
