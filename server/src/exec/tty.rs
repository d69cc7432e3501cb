//! A pseudo-terminal for tools that want one.

use std::io;
use std::os::fd::OwnedFd;

use rustix::process::ioctl_tiocsctty;
use rustix::pty::{OpenptFlags, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// Size that programs are told, in characters.
const ROWS: u16 = 24;
const COLUMNS: u16 = 120;

/// Both ends of a pseudo-terminal.
pub(super) struct Terminal {
    /// What the per-run process reads.
    pub(super) ours: OwnedFd,
    /// What the script writes to.
    pub(super) theirs: OwnedFd,
}

impl Terminal {
    pub(super) fn open() -> io::Result<Self> {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let ours = openpt(flags)?;
        unlockpt(&ours)?;
        let theirs = ioctl_tiocgptpeer(&ours, flags)?;
        tcsetwinsize(&theirs, Winsize { ws_row: ROWS, ws_col: COLUMNS, ws_xpixel: 0, ws_ypixel: 0 })?;
        Ok(Self { ours, theirs })
    }

    /// Makes it the controlling terminal of this process's session, which a child in the same session and process group
    /// then has too, in the foreground.
    pub(super) fn control(&self) -> io::Result<()> {
        Ok(ioctl_tiocsctty(&self.theirs)?)
    }
}
