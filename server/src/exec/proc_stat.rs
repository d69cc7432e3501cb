//! What `/proc/PID/stat` says of a process.

use std::io;

/// The fields that name a process and its place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ProcStat {
    pub(super) pid: i32,
    /// The program's name, at most 15 bytes.
    pub(super) name: String,
    pub(super) state: char,
    pub(super) parent: i32,
    /// Clock ticks since boot.
    pub(super) start_time: u64,
}

impl ProcStat {
    /// Of that process; `None` if there is none.
    pub(super) fn of(pid: i32) -> io::Result<Option<Self>> {
        const ESRCH: i32 = rustix::io::Errno::SRCH.raw_os_error();
        match std::fs::read(format!("/proc/{pid}/stat")) {
            Ok(bytes) => match Self::parse(&String::from_utf8_lossy(&bytes)) {
                Some(stat) => Ok(Some(stat)),
                None => Err(io::Error::new(io::ErrorKind::InvalidData, format!("/proc/{pid}/stat"))),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.raw_os_error() == Some(ESRCH) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether it has ended and only its exit status is still to be fetched.
    pub(super) fn is_dead(&self) -> bool {
        matches!(self.state, 'Z' | 'X' | 'x')
    }

    /// `PID (NAME) STATE PPID …`; the name may hold spaces and parentheses.
    fn parse(text: &str) -> Option<Self> {
        let (pid, rest) = text.split_once(" (")?;
        let (name, rest) = rest.rsplit_once(") ")?;
        let mut fields = rest.split_ascii_whitespace();
        let state = fields.next()?.chars().next()?;
        let parent = fields.next()?.parse().ok()?;
        // Fields 5 to 21 lie between.
        let start_time = fields.nth(17)?.parse().ok()?;
        Some(Self { pid: pid.parse().ok()?, name: name.to_owned(), state, parent, start_time })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_does_not_shift_the_fields() {
        let text =
            "42 (a) b (c) S 7 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 12345 1000 10 18446744073709551615";
        let stat = ProcStat::parse(text).unwrap();
        assert_eq!((stat.pid, stat.parent, stat.state, stat.start_time), (42, 7, 'S', 12345));
        assert_eq!(stat.name, "a) b (c");
    }

    #[test]
    fn the_test_itself_is_found_and_alive() {
        let pid = i32::try_from(std::process::id()).unwrap();
        let stat = ProcStat::of(pid).unwrap().unwrap();
        assert_eq!(stat.pid, pid);
        assert!(!stat.is_dead());
    }
}
