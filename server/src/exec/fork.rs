//! A second process out of this one, which has one thread: as it is, or straight into a control group.

use std::io;
use std::os::fd::{AsRawFd as _, BorrowedFd};

use rustix::process::Pid;

/// `CLONE_INTO_CGROUP` of Linux' `sched.h`; the C library's own constant is too narrow for it.
const INTO_CGROUP: u64 = 0x2_0000_0000;

/// A second process; `None` in the new one. Starting the program anew would cost every run its loading and linking
/// twice, before the first line of output.
#[expect(unsafe_code, reason = "there is no safe way to divide a process")]
pub(super) fn fork() -> io::Result<Option<Pid>> {
    // SAFETY: `lastmile exec` has one thread, so no lock can be held by a thread that the new process does not have.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        pid => Ok(Pid::from_raw(pid)),
    }
}

/// As [`fork`], but the new process begins in that control group: nothing that it starts can ever be outside, and moving
/// it later would cost milliseconds.
#[expect(unsafe_code, reason = "there is no safe way to divide a process")]
pub(super) fn fork_into(group: BorrowedFd<'_>) -> io::Result<Option<Pid>> {
    // SAFETY: all bytes of it may be zero, and zero means "not asked for".
    let mut wanted: libc::clone_args = unsafe { std::mem::zeroed() };
    wanted.flags = INTO_CGROUP;
    wanted.exit_signal = u64::from(libc::SIGCHLD.unsigned_abs());
    wanted.cgroup = u64::from(group.as_raw_fd().unsigned_abs());
    // SAFETY: as in `fork`; without a shared memory or a stack in the arguments, the call is a fork. What the C library
    // does at a fork besides is for programs with more threads.
    let pid = unsafe { libc::syscall(libc::SYS_clone3, &raw const wanted, size_of::<libc::clone_args>()) };
    match i32::try_from(pid) {
        Ok(-1) | Err(_) => Err(io::Error::last_os_error()),
        Ok(pid) => Ok(Pid::from_raw(pid)),
    }
}

/// Ends a new process that could not become another program: nothing of the old one's may be written or tidied up twice.
#[expect(unsafe_code, reason = "the safe ways to end tidy up")]
pub(super) fn leave() -> ! {
    // SAFETY: it ends the process and touches nothing.
    unsafe { libc::_exit(127) }
}
