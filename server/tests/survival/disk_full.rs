//! A full disk: the data folder on a tmpfs of a few megabytes, in a mount namespace of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::harness::{Server, code, id};

/// Keeps a mount namespace in which the folder is a small tmpfs, for as long as it lives.
struct Namespace(Child);

impl Namespace {
    fn with_small(folder: &Path) -> Self {
        std::fs::create_dir(folder).unwrap();
        let script = "mount -t tmpfs -o size=12m lastmile \"$0\" && echo mounted && exec sleep 3600";
        let mut command = Command::new("unshare");
        command.arg("--mount");
        if !rustix::process::getuid().is_root() {
            command.args(["--user", "--map-root-user"]);
        }
        command.args(["sh", "-c", script]).arg(folder).stdout(Stdio::piped());
        let why = "this test needs a tmpfs: Debian's util-linux and mount, and root or user namespaces";
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{error}; {why}"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "mounted\n", "{why}");
        Self(child)
    }

    /// What starts a program in it, and becomes that program.
    fn enter(&self) -> Vec<String> {
        let target = format!("--target={}", self.0.id());
        let mut words = vec!["nsenter".to_owned(), target, "--mount".to_owned()];
        if !rustix::process::getuid().is_root() {
            words.extend(["--user".to_owned(), "--preserve-credentials".to_owned()]);
        }
        words.push("--".to_owned());
        words
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_server_that_is_stopped_on_a_full_disk_starts_again_and_has_the_record() {
    let folder = TempDir::new().unwrap();
    let namespace = Namespace::with_small(&folder.path().join("data"));
    let mut server = Server::start_in(folder, "", &namespace.enter());
    server.install_action("much", "", "head -c 30000000 /dev/zero | tr '\\0' 'x' | fold -w 99; sleep 600");
    let mut ann = server.person("ann");
    let run = ann.press("much", "key-00000001");
    let ended = ann.until_state(&run, "failed");
    // Stopped, it closes its files, and needs room to open them again. More than once.
    for _ in 0..2 {
        assert!(server.stop());
        server.restart();
        ann.url = server.nobody().url;
        assert_eq!(ann.get(&format!("/runs/{}", id(&run))).1["summary"], ended["summary"]);
        let (status, refusal) = ann.post("/runs", &ann.request("much", "key-00000002"));
        assert_eq!((status, code(&refusal)), (503, "cannot_record"), "{refusal}");
    }
}

#[test]
fn a_full_disk_starts_nothing_new_and_what_ran_ends_with_an_exact_truncation_also_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let namespace = Namespace::with_small(&folder.path().join("data"));
    let mut server = Server::start_in(folder, "", &namespace.enter());
    server.install_action("much", "", "head -c 30000000 /dev/zero | tr '\\0' 'x' | fold -w 99; sleep 600");
    server.install_action("little", "", "true");
    let mut ann = server.person("ann");
    let run = ann.press("much", "key-00000001");
    let ended = ann.until_state(&run, "failed");
    let why = ended["summary"]["outcome"]["message"].as_str().unwrap();
    assert!(why.contains("No space left") && why.contains("not complete"), "{why}");
    let log = ann.log(&run);
    let last = log.lines().last().unwrap();
    assert!(
        last.starts_with("lastmile: the log could not be written") && last.ends_with("lines left out"),
        "{last}"
    );
    // The log keeps the disk full. Reading works, and says why nothing starts.
    let (status, refusal) = ann.post("/runs", &ann.request("little", "key-00000002"));
    assert_eq!((status, code(&refusal)), (503, "cannot_record"));
    assert!(refusal["message"].as_str().unwrap().contains("Nothing was started"), "{refusal}");
    assert_eq!(ann.post(&format!("/runs/{}/cancel", id(&run)), &json!({})).0, 200);
    server.kill();
    server.restart();
    ann.url = server.nobody().url;
    let (_, again) = ann.get(&format!("/runs/{}", id(&run)));
    assert_eq!(again["summary"]["state"], "failed");
    assert_eq!(again["summary"]["outcome"], ended["summary"]["outcome"]);
    assert_eq!(ann.log(&run), log);
}
