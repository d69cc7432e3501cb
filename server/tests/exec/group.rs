//! Control groups of runs. Where this machine lets none be made, the same must hold by the guard's rounds, and these tests
//! show that instead; they say which they have shown.

use lastmile::exec::{Cause, Cgroups, Group, Launch, Standing, cancel, settle};

use crate::run::{Run, binary, is_alive, kill, launch, until};

/// Forks without end: each process starts two in sessions of their own and with bare environments, and exits.
const BOMB: &str = "if [ \"${1:-}\" ]; then env -i setsid sh \"$0\" 1 & env -i setsid sh \"$0\" 1 & exit; fi
    echo ready; exec >/dev/null 2>&1; i=0; while [ $i -lt 8 ]; do setsid sh \"$0\" 1 & i=$((i+1)); done; exec sleep 300";

fn cgroups() -> Option<Cgroups> {
    Cgroups::find(false).inspect_err(|why| eprintln!("without control groups: {why}")).ok()
}

/// A launch in a group of that name, if there can be one.
fn grouped(run: &str, script: &str) -> Launch {
    let mut launch = launch(script);
    launch.run = format!("{run}-{}", std::process::id());
    launch.cgroup = cgroups().map(|cgroups| cgroups.of(&launch.run));
    launch
}

fn folder(launch: &Launch) -> Option<std::path::PathBuf> {
    launch.cgroup.as_ref().map(|_| cgroups().unwrap().base().join(format!("lastmile-{}", launch.run)))
}

fn is_gone(launch: &Launch) -> bool {
    folder(launch).is_none_or(|folder| !folder.exists())
}

/// Processes that run this run's script.
fn of_script(run: &Run) -> usize {
    let script = run.dir().join("script");
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let line = |process: std::fs::DirEntry| std::fs::read(process.path().join("cmdline")).unwrap_or_default();
    all.map(line).filter(|line| String::from_utf8_lossy(line).contains(script.to_str().unwrap())).count()
}

#[test]
fn the_script_and_all_that_it_starts_are_in_a_group_that_is_gone_afterwards() {
    let launch =
        grouped("01-inside", "setsid sh -c 'echo far $$; exec sleep 300' & echo self $$; exec sleep 300");
    let run = Run::started(&launch);
    let mut tree = ["far", "self"].map(|name| run.pid(name));
    if let Some(folder) = folder(&launch) {
        let inside = std::fs::read_to_string(folder.join("cgroup.procs")).unwrap();
        let mut inside: Vec<i32> = inside.lines().map(|line| line.parse().unwrap()).collect();
        inside.sort_unstable();
        tree.sort_unstable();
        assert_eq!(inside, tree);
    }
    cancel(&run.dir()).unwrap();
    assert_eq!(run.exit().cause, Cause::Cancelled);
    assert!(!tree.into_iter().any(is_alive) && is_gone(&launch));
}

#[test]
fn a_tree_that_forks_without_end_in_sessions_of_its_own_is_ended_with_its_group() {
    let mut launch = grouped("01-bomb", BOMB);
    launch.grace_s = 0;
    let run = Run::started(&launch);
    run.line("ready");
    let begun = std::time::Instant::now();
    cancel(&run.dir()).unwrap();
    let exit = run.exit();
    eprintln!("ended in {:?}", begun.elapsed());
    assert_eq!((exit.cause, of_script(&run)), (Cause::Cancelled, 0), "{}", run.text("log"));
    assert!(!run.text("log").contains("can't be ended") && is_gone(&launch));
}

#[test]
fn a_killed_per_run_process_leaves_neither_processes_nor_a_group() {
    let launch = grouped("01-guard", BOMB);
    let run = Run::started(&launch);
    run.line("ready");
    kill(run.process());
    until("the run to be gone", || (run.standing() == Standing::Gone).then_some(()));
    let remains = settle(&run.dir(), &launch.run).unwrap();
    assert_eq!((remains.left.len(), of_script(&run)), (0, 0));
    assert!(is_gone(&launch));
}

#[test]
fn the_server_ends_what_lost_its_guard_too_by_the_group_even_without_the_run_s_mark() {
    let launch = grouped(
        "01-both",
        "env -i setsid sh -c 'echo bare $$; exec sleep 300' & echo self $$; exec sleep 300",
    );
    let run = Run::started(&launch);
    let tree = ["bare", "self"].map(|name| run.pid(name));
    let process = run.process();
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    kill(stat.rsplit_once(") ").unwrap().1.split(' ').nth(1).unwrap().parse().unwrap());
    kill(process);
    until("the run to be gone", || (run.standing() == Standing::Gone).then_some(()));
    let remains = settle(&run.dir(), &launch.run).unwrap();
    if launch.cgroup.is_some() {
        assert_eq!(remains.ended.len(), 2, "{remains:?}");
        assert!(!tree.into_iter().any(is_alive) && is_gone(&launch));
    } else {
        // Nobody can know these without a group: docs/RUN-DIRECTORY.md says so.
        tree.into_iter().for_each(kill);
    }
}

#[test]
fn a_group_that_a_declared_daemon_still_uses_is_swept_once_it_has_ended() {
    let mut launch = grouped("01-daemon", "setsid sh -c 'exec sleep 300' >/dev/null 2>&1 & echo daemon $!");
    launch.leaves_running = true;
    let (run, _) = Run::finished(&launch);
    let daemon = run.pid("daemon");
    assert!(is_alive(daemon));
    // The server looks below `runs/`, where each directory has its run's name.
    let runs = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(run.dir(), runs.path().join(&launch.run)).unwrap();
    let sweep = || cgroups().iter().for_each(|cgroups| cgroups.sweep(runs.path()));
    sweep();
    assert_eq!(is_gone(&launch), launch.cgroup.is_none());
    kill(daemon);
    until("the group to be gone", || {
        sweep();
        is_gone(&launch).then_some(())
    });
}

#[test]
fn a_script_that_can_not_start_leaves_no_group_and_says_the_same_as_ever() {
    let mut launch = grouped("01-none", "echo ran");
    launch.interpreter = vec!["/no/such/interpreter".to_owned()];
    let (_, exit) = Run::finished(&launch);
    assert_eq!(exit.cause, Cause::NotStarted);
    let why = exit.message.unwrap();
    assert!(why.contains("`/no/such/interpreter` can't be started: No such file"), "{why}");
    assert!(is_gone(&launch));
}

#[test]
fn a_group_that_can_not_be_made_keeps_nothing_from_running() {
    let mut launch = launch("ulimit -u; echo ran");
    launch.interpreter = vec!["bash".to_owned(), "-eu".to_owned()];
    launch.max_processes = Some(4321);
    let nowhere = serde_json::json!({"dir": "/proc/no/such/folder", "pids": true, "memory": true});
    launch.cgroup = Some(serde_json::from_value::<Group>(nowhere).unwrap());
    let (run, exit) = Run::finished(&launch);
    // And its limits are those of a run without one.
    assert_eq!((exit.code, run.text("log")), (Some(0), "4321\nran\n".to_owned()));
    assert!(run.text("diagnostics").contains("no control group can be made"));
}

#[test]
fn doctor_says_what_groups_give_here() {
    let data = tempfile::tempdir().unwrap();
    let report =
        std::process::Command::new(binary()).args(["doctor", "--data"]).arg(data.path()).output().unwrap();
    let report = String::from_utf8(report.stdout).unwrap();
    let line = report.lines().find(|line| line.contains("cgroup v2")).unwrap();
    let says = cgroups().map_or("ended by their guard in rounds", |_| "a group for each run");
    assert!(line.contains(says), "{line}");
}
