//! Watches over a script that runs: its streams, its time, signals, its end and that of its tree.
//!
//! One thread, one poll. What is decided when is [`Phase`]'s; here it is done.

use std::io;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, WaitStatus};

use super::capture::Capture;
use super::feed::Feed;
use super::phase::{Phase, Seen, Step, Terms};
use super::signals::Signals;
use super::{Cause, FullOutput, Group, tree};

/// A script that runs, and everything needed to see it through.
pub(super) struct Supervisor<'a> {
    pub(super) child: Pid,
    /// The group that it is in.
    pub(super) group: Option<Group>,
    pub(super) signals: &'a Signals,
    pub(super) capture: &'a mut Capture,
    pub(super) feed: Option<Feed>,
    pub(super) terms: Terms,
    pub(super) timeout_s: u64,
    pub(super) full_output: FullOutput,
}

/// How it went.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending {
    pub(super) cause: Cause,
    pub(super) status: Option<WaitStatus>,
    /// It took KILL to end the script.
    pub(super) killed: bool,
}

struct State {
    phase: Phase,
    status: Option<WaitStatus>,
    /// Why we ended it, if we did.
    cause: Option<Cause>,
    empty: bool,
    /// KILL was sent while the script had not exited.
    killed: bool,
}

impl Supervisor<'_> {
    /// Returns when the script has exited, its streams are read, and its tree has ended (or was left, as declared).
    pub(super) fn run(mut self) -> io::Result<Ending> {
        let phase = Phase::begin(Instant::now(), self.timeout_s);
        let mut state = State { phase, status: None, cause: None, empty: false, killed: false };
        while state.phase != Phase::Over {
            self.signals.clear();
            self.look(&mut state);
            self.take_requests(&mut state);
            let before = state.phase;
            self.advance(&mut state);
            // A new phase may have something to do at once.
            if state.phase == before {
                self.wait(state.phase.deadline())?;
            }
        }
        self.capture.close();
        let by_itself = match state.status {
            Some(status) if status.signaled() => Cause::Signalled,
            Some(_) => Cause::Exited,
            // It could not be killed.
            None => Cause::Unknown,
        };
        Ok(Ending { cause: state.cause.unwrap_or(by_itself), status: state.status, killed: state.killed })
    }

    fn look(&self, state: &mut State) {
        let reaped = tree::reap(self.child);
        state.status = state.status.or(reaped.child);
        state.empty = reaped.empty;
    }

    /// Cancel, TERM and a log that can't be written end the tree. They are its end's cause only if the script
    /// had not exited by itself before.
    fn take_requests(&mut self, state: &mut State) {
        if state.cause.is_some() {
            return;
        }
        let cause = if self.signals.cancelled() {
            Cause::Cancelled
        } else if self.signals.terminated() {
            Cause::Terminated
        } else if self.capture.failure().is_some() {
            Cause::LogFailed
        } else if self.full_output == FullOutput::Stop && self.capture.is_full() {
            Cause::OutputFull
        } else {
            return;
        };
        if state.status.is_none() {
            state.cause = Some(cause);
            self.capture.say(match cause {
                Cause::Cancelled => "cancelled: ending the script",
                Cause::Terminated => "told to stop by a signal from outside: ending the script",
                Cause::OutputFull => "the output limit is reached: ending the script",
                _ => "the log can't be written: ending the script",
            });
        }
        self.end(state);
    }

    fn advance(&mut self, state: &mut State) {
        let closed = self.capture.is_closed();
        let seen = Seen { now: Instant::now(), exited: state.status.is_some(), empty: state.empty, closed };
        let (phase, step) = state.phase.next(self.terms, seen);
        state.phase = phase;
        match step {
            Step::TimeUp => {
                state.cause = Some(Cause::TimedOut);
                self.capture.say(&format!("time is up after {} s: ending the script", self.timeout_s));
                self.end(state);
            }
            Step::EndRest => {
                self.say_who("still running after the script's end, and being ended");
                self.end(state);
            }
            Step::LeaveRest => self.say_who("left running, as declared"),
            Step::GiveUp => self.say_who("can't be ended and left"),
            Step::Kill => {
                state.killed |= state.status.is_none();
                self.act(step);
            }
            Step::Wait | Step::Ask => self.act(step),
        }
    }

    fn end(&mut self, state: &mut State) {
        // The other side sees its input end.
        self.feed = None;
        let (phase, step) = state.phase.end(self.terms, Instant::now());
        state.phase = phase;
        self.act(step);
    }

    fn act(&self, step: Step) {
        match step {
            Step::Ask => tree::ask_to_end(),
            Step::Kill => tree::kill_round(self.group.as_ref()),
            _ => {}
        }
    }

    fn say_who(&mut self, what: &str) {
        let all = tree::descendants().unwrap_or_default();
        if !all.is_empty() {
            self.capture.say(&format!("{what}: {}", tree::names(&all)));
        }
    }

    /// Sleeps until something happens, and reads and writes what can be.
    fn wait(&mut self, deadline: Option<Instant>) -> io::Result<()> {
        let (streams, mut polled): (Vec<_>, Vec<_>) = self
            .capture
            .open()
            .map(|(number, fd)| (number, PollFd::from_borrowed_fd(fd, PollFlags::IN)))
            .unzip();
        polled.push(PollFd::from_borrowed_fd(self.signals.wake(), PollFlags::IN));
        if let Some(fd) = self.feed.as_ref().and_then(Feed::wants) {
            polled.push(PollFd::from_borrowed_fd(fd, PollFlags::OUT));
        }
        let timeout = deadline.map(|at| timespec(at.saturating_duration_since(Instant::now())));
        match poll(&mut polled, timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let happened: Vec<_> = polled.iter().map(|fd| !fd.revents().is_empty()).collect();
        for (number, _) in streams.iter().zip(&happened).filter(|(_, ready)| **ready) {
            self.capture.read(*number);
        }
        if let (Some(feed), Some(true)) = (&mut self.feed, happened.get(streams.len() + 1)) {
            feed.write();
        }
        Ok(())
    }
}

fn timespec(wait: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(wait.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(wait.subsec_nanos()),
    }
}
