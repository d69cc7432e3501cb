use std::path::Path;
use std::process::Command;

use super::*;

/// Runs git as an author would; tests that need it say so where it is missing.
fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .args([
            "-c",
            "user.name=Nora",
            "-c",
            "user.email=nora@x.example",
            "-c",
            "init.defaultBranch=main",
            "-C",
        ])
        .arg(folder)
        .args(arguments)
        .env("GIT_AUTHOR_DATE", "2026-11-01T10:00:00Z")
        .env("GIT_COMMITTER_DATE", "2026-11-01T10:00:00Z")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .expect("git is needed by this test");
    assert!(status.success(), "{arguments:?}");
}

fn commit_file(folder: &Path, file: &str, text: &str, subject: &str) {
    std::fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
    std::fs::write(folder.join(file), text).unwrap();
    git(folder, &["add", "."]);
    git(folder, &["commit", "-q", "-m", subject]);
}

#[tokio::test]
async fn a_files_commits_are_told_newest_first_with_its_bytes_at_each() {
    let place = tempfile::tempdir().unwrap();
    git(place.path(), &["init", "-q"]);
    commit_file(place.path(), "docs/bar [1].md", "one\n", "First");
    commit_file(place.path(), "other.md", "x\n", "Another file");
    commit_file(place.path(), "docs/bar [1].md", "two\n", "Second\n\nWhy it was done.");
    let checkout = Checkout::around(&place.path().join("docs")).unwrap();
    let file = checkout.file_of(&Slug::from("bar [1]"));
    let (commits, more) = checkout.commits(&file, 0).await.unwrap();
    let subjects: Vec<&str> = commits.iter().map(|it| it.subject.as_str()).collect();
    assert_eq!((subjects, more), (vec!["Second", "First"], false));
    assert_eq!((commits[0].author.as_str(), commits[0].at), ("Nora", Millis(1_793_527_200_000)));
    assert_eq!(checkout.bytes(&file, &commits[1].id).await.unwrap(), b"one\n");
    assert_eq!(checkout.commits(&file, 1).await.unwrap().0.len(), 1);
    assert!(checkout.bytes(&file, &"0".repeat(40)).await.is_err());
}

#[tokio::test]
async fn a_checkout_without_commits_has_an_empty_history() {
    let place = tempfile::tempdir().unwrap();
    git(place.path(), &["init", "-q"]);
    let checkout = Checkout::around(place.path()).unwrap();
    assert_eq!(checkout.commits("a.md", 0).await.unwrap(), (Vec::new(), false));
}

#[tokio::test]
async fn nothing_that_a_checkout_configures_is_started() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("checkout");
    std::fs::create_dir(&folder).unwrap();
    git(&folder, &["init", "-q"]);
    commit_file(&folder, "a.md", "one\n", "First");
    let mark = place.path().join("started");
    let script = place.path().join("evil");
    std::fs::write(&script, format!("#!/bin/sh\ntouch {}\n", mark.display())).unwrap();
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let evil = script.to_str().unwrap();
    for (key, value) in [
        ("core.pager", evil),
        ("pager.log", "true"),
        ("core.fsmonitor", evil),
        ("diff.external", evil),
        ("log.showSignature", "true"),
        ("gpg.program", evil),
        ("core.sshCommand", evil),
        ("diff.x.textconv", evil),
        ("diff.x.command", evil),
        ("log.diffMerges", "on"),
    ] {
        git(&folder, &["config", key, value]);
    }
    std::fs::write(folder.join(".gitattributes"), "*.md diff=x filter=x\n").unwrap();
    let checkout = Checkout::around(&folder).unwrap();
    let (commits, _) = checkout.commits("a.md", 0).await.unwrap();
    checkout.bytes("a.md", &commits[0].id).await.unwrap();
    assert!(!mark.exists());
}

#[test]
fn only_a_full_commit_id_is_one() {
    assert!(CommitId::parse(&"a1".repeat(20)).is_some());
    for bad in ["HEAD", "--output=x", "main", &"A".repeat(40), &"a".repeat(39), &"a".repeat(64), ""] {
        assert_eq!(CommitId::parse(bad), None, "{bad}");
    }
}

#[test]
fn a_folder_outside_any_checkout_has_none() {
    let place = tempfile::tempdir().unwrap();
    assert!(Checkout::around(place.path()).is_none());
    assert!(Checkout::around(&place.path().join("missing")).is_none());
}
