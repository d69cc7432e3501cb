//! A wrapper's standard input: the program, then nothing, but open as long as the run is wanted.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};

use rustix::pipe::{PipeFlags, pipe_with};

/// Writes what is left whenever the pipe takes it; dropping it tells the other side to end.
#[derive(Debug)]
pub(super) struct Feed {
    pipe: OwnedFd,
    program: Vec<u8>,
    written: usize,
}

impl Feed {
    /// The feed, and the end that is the child's.
    pub(super) fn new(program: Vec<u8>) -> io::Result<(Self, OwnedFd)> {
        let (reader, pipe) = pipe_with(PipeFlags::CLOEXEC)?;
        rustix::io::ioctl_fionbio(&pipe, true)?;
        Ok((Self { pipe, program, written: 0 }, reader))
    }

    /// To be polled for writing; `None` once all is written.
    pub(super) fn wants(&self) -> Option<BorrowedFd<'_>> {
        (self.written < self.program.len()).then(|| self.pipe.as_fd())
    }

    /// Writes what goes in now.
    pub(super) fn write(&mut self) {
        match rustix::io::write(&self.pipe, &self.program[self.written..]) {
            Ok(count) => self.written += count,
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => {}
            // Nobody reads it any more: the wrapper's exit will say why.
            Err(_) => self.written = self.program.len(),
        }
        if self.written == self.program.len() {
            // Secrets among it: not kept longer than needed.
            self.program.fill(0);
        }
    }
}
