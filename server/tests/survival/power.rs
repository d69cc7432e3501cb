//! Power cuts: what was not on the disk is gone, and what has begun must not be forgotten or begun again.
//!
//! The data folder lies on a file system in a file. At the cut everything is killed, and the next server gets a copy of
//! that file: what the kernel still held in memory is not in it.

use std::panic::UnwindSafe;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;
use tempfile::TempDir;

use crate::chaos::{Random, number, seed};
use crate::harness::{Person, Server, id, until};
use crate::machine::{processes_of, send};

/// A file system in a file, mounted as a data folder.
struct Disk {
    folder: PathBuf,
    image: PathBuf,
    generation: u32,
}

impl Disk {
    fn make(folder: &Path) -> Self {
        let image = folder.join("disk-0");
        std::fs::File::create(&image).unwrap().set_len(64 << 20).unwrap();
        must(Command::new("mkfs.ext4").arg("-q").arg(&image));
        std::fs::create_dir(folder.join("data")).unwrap();
        let disk = Self { folder: folder.to_owned(), image, generation: 0 };
        disk.mount();
        disk
    }

    fn mount(&self) {
        must(Command::new("mount").args(["-o", "loop"]).arg(&self.image).arg(self.folder.join("data")));
    }

    /// Nobody runs any more: what follows is what a machine finds after a power cut.
    fn cut(&mut self) {
        self.generation += 1;
        let copy = self.folder.join(format!("disk-{}", self.generation));
        must(Command::new("cp").arg("--sparse=always").arg(&self.image).arg(&copy));
        must(Command::new("umount").arg("--lazy").arg(self.folder.join("data")));
        std::fs::remove_file(&self.image).unwrap();
        self.image = copy;
        self.mount();
    }

    /// What starts a server after the last cut: it sees another boot of the machine.
    fn next_boot(&self) -> Vec<String> {
        let id = self.folder.join(format!("boot-{}", self.generation));
        std::fs::write(&id, format!("00000000-0000-4000-8000-{:012}\n", self.generation)).unwrap();
        let script = "mount --bind \"$0\" /proc/sys/kernel/random/boot_id && exec \"$@\"";
        let words = ["unshare", "--mount", "sh", "-c", script, id.to_str().unwrap()];
        words.map(str::to_owned).to_vec()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.join("data")).status();
    }
}

fn must(command: &mut Command) {
    let done = command.output();
    let why = "power cuts need root, loop devices, and Debian's e2fsprogs and mount";
    let done = done.unwrap_or_else(|error| panic!("{command:?}: {error}; {why}"));
    assert!(done.status.success(), "{command:?}: {}; {why}", String::from_utf8_lossy(&done.stderr));
}

#[test]
#[ignore = "mounts a file system, as root; `cargo xtask chaos` runs it"]
fn a_power_cut_at_any_moment_forgets_no_run_that_has_begun_and_begins_none_again() {
    let (seed, rounds) = (seed(), number("LASTMILE_CHAOS_CUTS").unwrap_or(100));
    println!("power cuts: seed {seed}, {rounds} rounds");
    cuts(seed, rounds, &[]);
}

/// What the rounds above are worth: they see that the intent is not on the disk before the start.
#[test]
#[ignore = "mounts a file system, as root; `cargo xtask chaos` runs it"]
fn a_server_whose_syncs_do_nothing_is_found_out_within_a_hundred_power_cuts() {
    let seed = seed();
    println!("power cuts without syncs: seed {seed}");
    let no_sync = "strace -D -f -qq -o /dev/null -e trace=fsync,fdatasync -e inject=fsync,fdatasync:retval=0";
    let wrapper: Vec<_> = no_sync.split(' ').map(str::to_owned).collect();
    let what = noticed(|| cuts(seed, 100, &wrapper));
    assert!(what.contains("forgotten") || what.contains("begun"), "{what}");
}

/// What the failure says that these rounds must end in.
pub(crate) fn noticed(rounds: impl FnOnce() + UnwindSafe) -> String {
    let failure = std::panic::catch_unwind(rounds).expect_err("nobody noticed");
    failure.downcast_ref::<String>().expect("a failure says what does not hold").clone()
}

/// When the power goes.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So long after the request was sent.
    After(Duration),
    /// As soon as the request is answered: from there on, the run must be known.
    Answered,
}

impl Moment {
    fn of(seed: u64, round: u64) -> Self {
        let random = &mut Random::of(seed, round);
        let wait = Duration::from_micros(random.below(80_000));
        if random.below(2) == 0 { Self::Answered } else { Self::After(wait) }
    }
}

/// The server is started by that wrapper.
pub(crate) fn cuts(seed: u64, rounds: u64, wrapper: &[String]) {
    let folder = TempDir::new().unwrap();
    let mut disk = Disk::make(folder.path());
    let side = folder.path().join("side");
    let started_by = |disk: &Disk| [disk.next_boot(), wrapper.to_vec()].concat();
    let mut server = Server::start_in(folder, "", &started_by(&disk));
    let script = format!("echo $LASTMILE_RUN_ID >> {}; echo hello; sleep 0.02", side.display());
    server.install_action("act", "", &script);
    let mut ann = server.person("ann");
    let mut begun_before = 0;
    for round in 0..rounds {
        let moment = Moment::of(seed, round);
        let key = format!("power-{round:08}");
        let told = ask_and_cut(&mut server, &mut disk, &ann, &key, moment);
        server.wrapper = started_by(&disk);
        server.restart();
        // The session may be among what was cut off.
        ann = server.person("ann");
        let began: Vec<String> =
            std::fs::read_to_string(&side).unwrap_or_default().lines().map(str::to_owned).collect();
        let run = ask(&ann, &key);
        if let Some(told) = told {
            assert_eq!(told, run, "round {round}: an answered request was forgotten");
        }
        let of_round = &began[begun_before..];
        assert!(
            of_round.iter().all(|began| *began == run),
            "round {round}: {of_round:?} began and is forgotten: the key makes {run}"
        );
        let state = until(|| {
            let state = ann.get(&format!("/runs/{run}")).1["summary"]["state"].as_str().unwrap().to_owned();
            ["succeeded", "failed", "lost"].contains(&state.as_str()).then_some(state)
        });
        let text = std::fs::read_to_string(&side).unwrap_or_default();
        begun_before = text.lines().count();
        let times = text.lines().filter(|began| **began == run).count();
        println!("round {round}: cut {moment:?}, begun {times}, {state}");
        assert!(times <= 1, "round {round}: {run} began {times} times");
        assert!(times == 1 || state != "succeeded", "round {round}: succeeded, but never begun");
        assert!(times == 0 || state != "failed", "round {round}: begun, and said never to have run");
    }
}

/// Gives the run if there was an answer before the power went.
fn ask_and_cut(
    server: &mut Server,
    disk: &mut Disk,
    ann: &Person,
    key: &str,
    moment: Moment,
) -> Option<String> {
    let (asking, key) = (ann.clone(), key.to_owned());
    let request = request(ann, &key).to_string();
    let answer = thread::spawn(move || {
        let mut answer = asking.try_send("POST", "/runs", Some(&request), &[]).ok()?;
        let run: serde_json::Value = serde_json::from_str(&answer.body_mut().read_to_string().ok()?).ok()?;
        Some(id(&run).to_owned())
    });
    match moment {
        Moment::After(wait) => thread::sleep(wait),
        Moment::Answered => {
            while !answer.is_finished() {
                thread::yield_now();
            }
        }
    }
    // All at once, as power goes; the server first, so that it records nothing of the others' end.
    server.kill();
    let runs = server.folder.path().join("data/runs");
    loop {
        let left = processes_of(runs.to_str().unwrap());
        if left.is_empty() {
            break;
        }
        for pid in left {
            send(pid, Signal::KILL);
        }
    }
    disk.cut();
    answer.join().unwrap()
}

fn request(ann: &Person, key: &str) -> serde_json::Value {
    let mut request = ann.request("act", key);
    request["separate"] = json!(true);
    request
}

fn ask(ann: &Person, key: &str) -> String {
    let (status, run) = ann.post("/runs", &request(ann, key));
    assert!(status == 200 || status == 201, "{status}: {run}");
    id(&run).to_owned()
}
