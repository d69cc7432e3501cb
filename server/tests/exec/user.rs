//! Scripts that run as another user. These tests need root, and fail without: what they show is nothing that could be skipped.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use lastmile::exec::{Account, Cause, Launch, cancel};
use lastmile_protocol::Stream;

use crate::run::{Run, launch, until};

/// Users that every Debian has, and that run nothing else there.
const USER: &str = "nobody";
const BOMBER: &str = "games";
const MOST: u64 = 50;

fn launch_as(user: &str, script: &str) -> Launch {
    assert!(rustix::process::geteuid().is_root(), "this test must run as root");
    let mut launch = launch(script);
    launch.user = Some(user.to_owned());
    launch
}

/// Prepared where that user gets to, as the server sees to it.
fn run_of(launch: &Launch) -> Run {
    let run = Run::prepared(launch);
    let open = std::fs::Permissions::from_mode(0o711);
    std::fs::set_permissions(run.dir().parent().unwrap(), open).unwrap();
    run.spawn(&crate::run::secret("TOKEN", "hunter2-hunter2"));
    run
}

/// How many processes that user has.
fn count(uid: u32) -> usize {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let processes = all.filter(|entry| entry.file_name().to_string_lossy().parse::<u32>().is_ok());
    processes.filter(|entry| entry.metadata().is_ok_and(|found| found.uid() == uid)).count()
}

fn uid(user: &str) -> u32 {
    let text = std::fs::read_to_string("/etc/passwd").unwrap();
    let line = text.lines().find(|line| line.starts_with(&format!("{user}:"))).unwrap();
    line.split(':').nth(2).unwrap().parse().unwrap()
}

#[test]
fn a_script_runs_as_the_user_with_their_groups_and_home_and_nothing_of_roots() {
    let script = "id -un; id -G; echo \"$HOME $USER $LOGNAME ${#TOKEN}\"; grep CapEff /proc/self/status
        echo made > here; cat here; echo again > /dev/stdout; echo error > /dev/stderr; echo out=1 >> \"$LASTMILE_OUTPUT\"
        test -r \"$0\"; ls .. 2>/dev/null || echo closed; cat ../launch 2>/dev/null || echo secret
        echo x 2>/dev/null >> \"$0\" || echo fixed";
    let run = run_of(&launch_as(USER, script));
    let exit = run.exit();
    let out = run.texts(Stream::Out);
    assert_eq!((exit.cause, exit.code), (Cause::Exited, Some(0)), "{out:?} {:?}", run.texts(Stream::Err));
    let gid = std::fs::metadata(run.dir()).unwrap().gid();
    assert_eq!(out[..2], [USER.to_owned(), gid.to_string()]);
    assert!(out[2].starts_with("/nonexistent nobody nobody 15"), "{}", out[2]);
    assert!(out[3].ends_with("0000000000000000"), "{}", out[3]);
    assert_eq!(out[4..], ["made", "again", "closed", "secret", "fixed"]);
    assert_eq!(run.texts(Stream::Err), ["error"]);
    assert_eq!(run.text("output"), "out=1\n");
}

#[test]
fn a_script_under_a_terminal_may_open_it_as_that_user() {
    let mut launch = launch_as(USER, "id -un > /dev/tty; echo size $(stty size < /dev/tty)");
    launch.tty = true;
    let run = run_of(&launch);
    assert_eq!(run.exit().code, Some(0));
    assert_eq!(run.texts(Stream::Out), [USER, "size 24 120"]);
}

#[test]
fn a_user_who_forks_without_end_is_bounded_and_cancel_ends_all_of_it() {
    let script = "if [ \"${BOMB:-}\" ]; then while :; do (setsid sh \"$0\" &); done; fi
        export BOMB=1; setsid sh \"$0\" >/dev/null 2>&1 & exec sleep 300";
    let mut launch = launch_as(BOMBER, script);
    (launch.max_processes, launch.grace_s) = (Some(MOST), 0);
    let uid = uid(BOMBER);
    assert_eq!(count(uid), 0, "somebody else runs as {BOMBER}");
    let run = run_of(&launch);
    until("the bomb to have spread", || (count(uid) > 30).then_some(()));
    for _ in 0..50 {
        let count = count(uid);
        assert!(count <= MOST as usize, "{count} processes");
    }
    cancel(&run.dir()).unwrap();
    let exit = run.exit();
    assert_eq!(exit.cause, Cause::Cancelled);
    assert_eq!(count(uid), 0, "{exit:?} {}", run.text("log"));
}

#[test]
fn a_user_who_is_gone_by_now_means_that_nothing_starts() {
    let run = run_of(&launch_as("lastmile-no-such-user", "echo ran"));
    let exit = run.exit();
    assert_eq!((exit.cause, exit.bytes), (Cause::NotStarted, 0));
    assert!(exit.message.unwrap().contains("no user `lastmile-no-such-user`"));
}

#[test]
fn a_working_folder_that_the_user_may_not_enter_is_said() {
    let mut launch = launch_as(USER, "pwd");
    let closed = tempfile::tempdir().unwrap();
    std::fs::set_permissions(closed.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    launch.workdir = Some(closed.path().to_owned());
    let run = run_of(&launch);
    let exit = run.exit();
    assert_eq!(exit.cause, Cause::NotStarted);
    assert!(exit.message.unwrap().contains("Permission denied"));
}

#[test]
fn a_user_s_supplementary_groups_are_theirs() {
    let account = Account::of(USER).unwrap().unwrap();
    assert!(!account.is_root());
    assert!(account.may_enter(uid(USER), 0, 0o100) && !account.may_enter(uid(USER), 0, 0o011));
    assert!(account.may_enter(0, 0, 0o001) && !account.may_enter(0, 0, 0o770));
}
