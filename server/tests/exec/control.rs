//! Starting happens once, asking to end works at any time, and nothing is claimed that is not known.

use std::io::Write as _;
use std::process::{Command, Stdio};

use lastmile::exec::{self, Cause, Identity, Standing, abandon, cancel};
use lastmile_protocol::Stream;

use crate::run::{Run, binary, is_alive, kill, launch, until, with};

#[test]
fn a_run_stands_as_not_started_running_and_ended() {
    let run = Run::prepared(&launch("echo self $$; read line < \"$PWD/../../go\"; echo got $line"));
    let fifo = run.beside("go");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RWXU).unwrap();
    assert_eq!(run.standing(), Standing::NotStarted);
    run.spawn(&Default::default());
    run.pid("self");
    assert!(matches!(run.standing(), Standing::Running(process) if is_alive(process.pid)));
    std::fs::write(&fifo, "on\n").unwrap();
    let exit = run.exit();
    assert_eq!(run.standing(), Standing::Ended(exit));
    assert_eq!(run.texts(Stream::Out)[1], "got on");
}

#[test]
fn a_directory_is_prepared_once() {
    let run = Run::prepared(&launch("true"));
    let again = exec::prepare(&run.dir(), &launch("false")).unwrap_err();
    assert_eq!(again.kind(), std::io::ErrorKind::AlreadyExists);
    assert_eq!(run.text("script"), "true");
}

#[test]
fn a_process_that_has_waited_for_the_run_is_the_one_that_runs_it() {
    let run = Run::prepared(&launch("echo ran"));
    let processes = run.processes();
    let waiting = processes.get_ready().unwrap().pid;
    assert_eq!(run.standing(), Standing::NotStarted);
    assert_eq!(processes.start(&run.orders(&Default::default())).unwrap().pid, waiting);
    assert_eq!(run.exit().code, Some(0));
    assert_eq!(run.texts(Stream::Out), ["ran"]);
}

#[test]
fn a_process_that_was_killed_while_it_waited_is_replaced() {
    let run = Run::prepared(&launch("echo ran"));
    let processes = run.processes();
    let waiting = processes.get_ready().unwrap().pid;
    // The guard alone is killed: the per-run process could still read its orders.
    let other = until("the per-run process", || child_of(waiting));
    kill(waiting);
    until("it to be dead", || (!is_alive(waiting)).then_some(()));
    assert_ne!(processes.start(&run.orders(&Default::default())).unwrap().pid, waiting);
    assert_eq!(run.exit().code, Some(0));
    assert_eq!(run.texts(Stream::Out), ["ran"]);
    until("nobody to be left", || (!is_alive(other)).then_some(()));
}

#[test]
fn a_process_that_waits_ends_with_the_server_and_has_touched_nothing() {
    let run = Run::prepared(&launch("echo ran"));
    let processes = run.processes();
    let waiting = processes.get_ready().unwrap().pid;
    drop(processes);
    until("it to have ended", || (!is_alive(waiting)).then_some(()));
    assert_eq!(run.standing(), Standing::NotStarted);
    assert!(!run.dir().join("process").exists());
}

/// The first child of that process.
fn child_of(pid: i32) -> Option<i32> {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    children.split_whitespace().next()?.parse().ok()
}

#[test]
fn however_often_it_is_spawned_it_runs_once() {
    let run = Run::prepared(&launch("true"));
    let side = run.beside("side");
    let run = Run::prepared(&with(launch("echo ran >> \"$SIDE\""), "SIDE", side.to_str().unwrap()));
    std::fs::create_dir_all(side.parent().unwrap()).unwrap();
    let spawned: Vec<Identity> = (0..8).map(|_| run.spawn(&Default::default())).collect();
    run.exit();
    until("all of them to be over", || {
        run.standing();
        spawned.iter().all(|identity| !is_alive(identity.pid)).then_some(())
    });
    assert_eq!(std::fs::read_to_string(side).unwrap(), "ran\n");
}

#[test]
fn a_byte_of_launch_or_script_that_somebody_has_changed_starts_nothing() {
    let sealed = |side: &str| with(launch("echo ran >> \"$SIDE\""), "SIDE", side);
    for (file, step) in [("launch", 17), ("script", 3)] {
        let length = Run::prepared(&sealed("/nowhere")).bytes(file).len();
        for at in (0..length).step_by(step) {
            let folder = tempfile::tempdir().unwrap();
            let side = folder.path().join("side");
            let run = Run::prepared(&sealed(side.to_str().unwrap()));
            let mut bytes = run.bytes(file);
            bytes[at] ^= 1;
            std::fs::write(run.dir().join(file), bytes).unwrap();
            run.spawn(&Default::default());
            let exit = run.exit();
            assert_eq!(exit.cause, Cause::NotStarted, "byte {at} of {file}");
            assert!(exit.message.unwrap().contains(file), "byte {at} of {file}");
            assert!(!side.exists(), "byte {at} of {file}");
        }
    }
}

#[test]
fn cancel_may_come_any_number_of_times_at_any_time() {
    let run = Run::started(&launch("echo self $$; sleep 300"));
    let pid = run.pid("self");
    for _ in 0..5 {
        cancel(&run.dir()).unwrap();
    }
    let exit = run.exit();
    assert_eq!(
        (exit.cause, exit.message.as_deref()),
        (Cause::Cancelled, Some("It ended when asked to (TERM)."))
    );
    assert!(!is_alive(pid));
    cancel(&run.dir()).unwrap();
    assert_eq!(run.standing(), Standing::Ended(exit));
    assert_eq!(run.texts(Stream::System), ["lastmile: cancelled: ending the script"]);
}

#[test]
fn a_cancel_before_the_start_means_that_nothing_starts() {
    let run = Run::prepared(&launch("echo ran"));
    cancel(&run.dir()).unwrap();
    run.spawn(&Default::default());
    let exit = run.exit();
    assert_eq!((exit.cause, exit.started_at_ms, exit.bytes), (Cause::Cancelled, None, 0));
}

#[test]
fn what_is_abandoned_before_the_start_can_not_start_any_more() {
    let run = Run::prepared(&launch("echo ran"));
    let Standing::Ended(exit) = abandon(&run.dir(), "nobody came").unwrap() else { panic!("not ended") };
    assert_eq!((exit.cause, exit.message.as_deref()), (Cause::NotStarted, Some("nobody came")));
    let late = run.spawn(&Default::default());
    until("the late process to give up", || {
        run.standing();
        (!is_alive(late.pid)).then_some(())
    });
    assert_eq!(run.standing(), Standing::Ended(exit));
    assert_eq!(run.text("log"), "");
}

#[test]
fn one_that_died_while_it_abandoned_a_directory_leaves_it_to_the_next() {
    let run = Run::prepared(&launch("echo ran"));
    abandon(&run.dir(), "nobody came").unwrap();
    std::fs::remove_file(run.dir().join("exit")).unwrap();
    assert_eq!(run.standing(), Standing::NotStarted);
    let Standing::Ended(exit) = abandon(&run.dir(), "again nobody").unwrap() else { panic!("not ended") };
    assert_eq!((exit.cause, exit.message.as_deref()), (Cause::NotStarted, Some("again nobody")));
}

#[test]
fn what_runs_can_not_be_abandoned() {
    let run = Run::started(&launch("echo ready; sleep 300"));
    run.line("ready");
    assert!(matches!(abandon(&run.dir(), "too late").unwrap(), Standing::Running(_)));
}

#[test]
fn a_term_that_nobody_asked_for_is_not_called_a_cancel() {
    let run = Run::started(&launch("echo ready; sleep 300"));
    run.line("ready");
    let pid = rustix::process::Pid::from_raw(run.process()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(run.exit().cause, Cause::Terminated);
}

#[test]
fn a_recycled_process_id_is_not_taken_for_the_run() {
    let run = Run::prepared(&launch("true"));
    // A process that lives, with the identity of one that had the id before.
    let mut other = Command::new("sleep").arg("300").spawn().unwrap();
    let boot_id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap().trim().to_owned();
    for (start_time, boot_id) in [(1, boot_id.as_str()), (1, "an earlier boot")] {
        let former =
            Identity { pid: i32::try_from(other.id()).unwrap(), start_time, boot_id: boot_id.to_owned() };
        std::fs::write(run.dir().join("process"), serde_json::to_vec(&former).unwrap()).unwrap();
        assert_eq!(run.standing(), Standing::Gone);
        cancel(&run.dir()).unwrap();
        assert_eq!(other.try_wait().unwrap(), None);
    }
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn a_server_that_dies_while_handing_over_secrets_has_started_nothing() {
    for half in ["", "{\"run\":\"run\",\"secrets\":{\"TOKEN\":\"hun"] {
        let run = Run::prepared(&launch("echo ran"));
        let mut process = Command::new(binary());
        let runs = run.dir().parent().unwrap().to_owned();
        let process = process.arg("exec").arg(runs).stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut process = process.spawn().unwrap();
        process.stdin.take().unwrap().write_all(half.as_bytes()).unwrap();
        let ended = process.wait_with_output().unwrap();
        // Without a word there was no run to be started.
        assert_eq!(ended.status.success(), half.is_empty(), "{ended:?}");
        assert_eq!(run.standing(), Standing::NotStarted);
        // The server that comes next makes sure that it stays so.
        let Standing::Ended(exit) = abandon(&run.dir(), "it never began").unwrap() else {
            panic!("not ended")
        };
        assert_eq!((exit.cause, exit.started_at_ms), (Cause::NotStarted, None));
    }
}

#[test]
fn a_per_run_process_keeps_nothing_of_the_servers() {
    let run = Run::started(&launch("echo ready; sleep 300"));
    run.line("ready");
    let pid = run.process();
    let environ = std::fs::read_to_string(format!("/proc/{pid}/environ")).unwrap();
    assert!(!environ.contains("CARGO"), "{environ}");
    assert_eq!(std::fs::read_link(format!("/proc/{pid}/cwd")).unwrap().to_str(), Some("/"));
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let session = stat.rsplit_once(") ").unwrap().1.split(' ').nth(3).unwrap().to_owned();
    assert_eq!(session, pid.to_string());
}
