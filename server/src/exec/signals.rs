//! Signals to the per-run process, as flags and as something to poll.

use std::io::{self, Read as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};
use signal_hook::{flag, low_level::pipe};

use super::standing::CANCEL_SIGNAL;

/// What has been asked of the per-run process by signal.
#[derive(Debug)]
pub(super) struct Signals {
    wake: UnixStream,
    cancel: Arc<AtomicBool>,
    terminate: Arc<AtomicBool>,
}

impl Signals {
    /// From here on no signal but KILL ends the process. A child starts with all of them as usual.
    pub(super) fn install() -> io::Result<Self> {
        let (wake, waker) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        let (cancel, terminate) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        // Flags first: what wakes the loop must be seen by it.
        let cancel_signal = CANCEL_SIGNAL.as_raw();
        flag::register(cancel_signal, Arc::clone(&cancel))?;
        for signal in [SIGTERM, SIGINT, SIGHUP] {
            flag::register(signal, Arc::clone(&terminate))?;
        }
        for signal in [SIGCHLD, cancel_signal, SIGTERM, SIGINT, SIGHUP] {
            pipe::register(signal, waker.try_clone()?)?;
        }
        Ok(Self { wake, cancel, terminate })
    }

    /// Whether somebody cancelled the run.
    pub(super) fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::SeqCst)
    }

    /// Whether the per-run process itself was told to stop.
    pub(super) fn terminated(&self) -> bool {
        self.terminate.load(Ordering::SeqCst)
    }

    /// Becomes readable at every signal.
    pub(super) fn wake(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }

    /// Makes [`Self::wake`] wait for the next signal again.
    pub(super) fn clear(&self) {
        let mut bytes = [0; 64];
        while matches!((&self.wake).read(&mut bytes), Ok(count) if count > 0) {}
    }
}
