//! A command of the config that is asked something: what it prints, up to a length.
//!
//! It runs in a process group of its own. Whoever asks sets the time, by dropping the question: then the whole group ends, so
//! that a script which waits for something leaves nobody waiting. It must not know what is asked for.

use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

/// What a command has said.
#[derive(Debug)]
pub(crate) enum Said {
    /// All of it, and how the command ended.
    All(ExitStatus, Vec<u8>),
    /// More than anybody wanted. The rest was not read, and the command was ended.
    TooMuch,
}

/// Asks it. Standard error is dropped: it may hold what must not be in the log.
///
/// `words`: the program and its arguments; `folder`: where it runs, if not where the server does; `most`: bytes.
///
/// # Errors
/// If it can't be run or read.
pub(crate) async fn ask(words: &[String], folder: Option<&Path>, most: u64) -> io::Result<Said> {
    let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    let mut child = command.process_group(0).kill_on_drop(true).spawn()?;
    let mut group = Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())));
    let mut bytes = Vec::new();
    if let Some(out) = child.stdout.take() {
        out.take(most + 1).read_to_end(&mut bytes).await?;
    }
    if bytes.len() as u64 > most {
        return Ok(Said::TooMuch);
    }
    let status = child.wait().await?;
    // It is over, and its number may be somebody else's by now.
    group.0 = None;
    Ok(Said::All(status, bytes))
}

/// Ends with everybody in it.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn script(text: &str) -> Vec<String> {
        ["sh", "-c", text].map(str::to_owned).to_vec()
    }

    /// Whether a process with that number goes on.
    fn is_there(number: &str) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        // One that has ended and is not yet reaped is a zombie.
        stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
    }

    #[tokio::test]
    async fn a_command_says_what_it_prints_and_how_it_ended() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("here"), "").unwrap();
        let said = ask(&script("ls; echo not this >&2; exit 3"), Some(folder.path()), 5).await.unwrap();
        let Said::All(status, bytes) = said else { panic!("{said:?}") };
        assert_eq!((status.code(), bytes.as_slice()), (Some(3), &b"here\n"[..]));
    }

    #[tokio::test]
    async fn one_that_goes_on_printing_is_ended() {
        let said = ask(&script("while :; do echo on and on; done"), None, 1000).await.unwrap();
        assert!(matches!(said, Said::TooMuch), "{said:?}");
    }

    #[tokio::test]
    async fn one_that_hangs_is_ended_with_all_that_it_has_started_when_nobody_waits_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let words = script("sleep 1000 & echo $! > new; mv new started; wait");
        let started = folder.path().join("started");
        let begun = async {
            while !started.exists() {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            said = ask(&words, Some(folder.path()), 100) => panic!("{said:?}"),
            () = begun => {}
        }
        let sleeps = std::fs::read_to_string(&started).unwrap();
        let since = Instant::now();
        while is_there(sleeps.trim()) {
            assert!(since.elapsed() < Duration::from_secs(60), "it goes on");
            tokio::task::yield_now().await;
        }
    }
}
