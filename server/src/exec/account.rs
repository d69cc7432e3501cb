//! Users of this machine, as `user` of a target names them.

use std::ffi::{CStr, CString};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rustix::process::{Gid, Uid};

/// Enough for any entry of a user database; more is tried once.
const ENTRY: usize = 16 * 1024;
/// Most groups that a user is in, as far as Linux lets them.
const GROUPS: usize = 65_536;

/// A user, with everything that running as them takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub(super) name: String,
    pub(super) uid: Uid,
    pub(super) gid: Gid,
    /// All groups, the first one included.
    pub(super) groups: Vec<Gid>,
    pub(super) home: PathBuf,
}

impl Account {
    /// By name, from whatever user databases this machine has; `None` if it has no such user.
    ///
    /// # Errors
    /// When the databases can't be asked.
    pub fn of(name: &str) -> io::Result<Option<Self>> {
        let text = CString::new(name)?;
        let Some((uid, gid, home)) = entry(&text)? else { return Ok(None) };
        let groups = groups(&text, gid)?.into_iter().map(Gid::from_raw).collect();
        Ok(Some(Self {
            name: name.to_owned(),
            uid: Uid::from_raw(uid),
            gid: Gid::from_raw(gid),
            groups,
            home,
        }))
    }

    /// Whether it is root, whom no limit binds.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.uid.is_root()
    }

    /// Whether the user gets into a folder of that owner, group and mode.
    #[must_use]
    pub fn may_enter(&self, uid: u32, gid: u32, mode: u32) -> bool {
        let class = if uid == self.uid.as_raw() {
            6
        } else if self.groups.contains(&Gid::from_raw(gid)) {
            3
        } else {
            0
        };
        mode >> class & 1 == 1
    }

    /// Gives a file to the user.
    pub(super) fn give(&self, path: &Path) -> io::Result<()> {
        std::os::unix::fs::chown(path, Some(self.uid.as_raw()), Some(self.gid.as_raw()))
    }

    /// Becomes the user, for good; for a process of one thread.
    pub(super) fn become_user(&self) -> io::Result<()> {
        rustix::thread::set_thread_groups(&self.groups)?;
        rustix::thread::set_thread_res_gid(self.gid, self.gid, self.gid)?;
        rustix::thread::set_thread_res_uid(self.uid, self.uid, self.uid)?;
        Ok(())
    }
}

#[expect(unsafe_code, reason = "the C library alone knows all of a machine's user databases")]
fn entry(name: &CStr) -> io::Result<Option<(u32, u32, PathBuf)>> {
    let mut buffer = vec![0_u8; ENTRY];
    loop {
        // SAFETY: all bytes of a `passwd` may be zero: numbers and null pointers.
        let mut found: libc::passwd = unsafe { std::mem::zeroed() };
        let mut result = std::ptr::null_mut();
        // SAFETY: all pointers are valid for the call, and the length is the buffer's.
        let code = unsafe {
            let space = buffer.as_mut_ptr().cast();
            libc::getpwnam_r(name.as_ptr(), &raw mut found, space, buffer.len(), &raw mut result)
        };
        match code {
            0 if result.is_null() => return Ok(None),
            0 => {
                // SAFETY: the call has succeeded, so this points to a string inside the buffer, which is still there.
                let home = unsafe { CStr::from_ptr(found.pw_dir) };
                let home = PathBuf::from(std::ffi::OsStr::from_bytes(home.to_bytes()));
                return Ok(Some((found.pw_uid, found.pw_gid, home)));
            }
            libc::ERANGE if buffer.len() == ENTRY => buffer.resize(ENTRY * 64, 0),
            // What a database says that has no such user differs from machine to machine.
            libc::ENOENT | libc::ESRCH => return Ok(None),
            code => return Err(io::Error::from_raw_os_error(code)),
        }
    }
}

#[expect(unsafe_code, reason = "as above")]
fn groups(name: &CStr, gid: u32) -> io::Result<Vec<u32>> {
    let mut groups = vec![0; 64];
    loop {
        let mut count = i32::try_from(groups.len()).map_err(io::Error::other)?;
        // SAFETY: the list has room for as many numbers as `count` says.
        let done = unsafe { libc::getgrouplist(name.as_ptr(), gid, groups.as_mut_ptr(), &raw mut count) };
        let count = usize::try_from(count).map_err(io::Error::other)?;
        if done >= 0 {
            groups.truncate(count);
            return Ok(groups);
        }
        if groups.len() >= GROUPS {
            return Err(io::Error::other("a user with too many groups"));
        }
        groups.resize(count.max(groups.len() * 2).min(GROUPS), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_known_everywhere_and_a_name_that_nobody_has_is_nobody() {
        let root = Account::of("root").unwrap().unwrap();
        assert!(root.is_root() && root.groups.contains(&Gid::from_raw(0)));
        assert!(root.home.is_absolute());
        assert_eq!(Account::of("lastmile-no-such-user").unwrap(), None);
        assert!(Account::of("a\0b").is_err());
    }
}
