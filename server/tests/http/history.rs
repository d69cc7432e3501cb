use std::path::Path;
use std::process::Command;

use crate::harness::{Server, code};

fn git(folder: &Path, arguments: &[&str]) {
    let own = ["-c", "user.name=Nora", "-c", "user.email=nora@x.example", "-c", "init.defaultBranch=main"];
    let done = Command::new("git")
        .args(own)
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git is needed by this test");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn a_checkout_tells_who_changed_a_runbook_and_a_commit_opens_it_as_it_was() {
    let server = Server::start();
    git(&server.runbooks(), &["init", "-q"]);
    server.install("dir/page", "# Old\n\n```sh\ntrue # old\n```\n");
    git(&server.runbooks(), &["add", "."]);
    git(&server.runbooks(), &["commit", "-qm", "First"]);
    server.install("dir/page", "# New\n");
    let ann = server.person("ann");
    let (status, history) = ann.get("/history/dir/page");
    assert_eq!(
        (status, &history["source"], &history["uncommitted"]),
        (200, &"git".into(), &true.into()),
        "{history}"
    );
    assert_eq!(
        (&history["commits"][0]["author"], &history["commits"][0]["subject"]),
        (&"Nora".into(), &"First".into())
    );
    let commit = history["commits"][0]["id"].as_str().unwrap();
    let (_, page) = ann.get(&format!("/runbooks/dir/page?rev={commit}"));
    assert!(page["source"].as_str().unwrap().starts_with("# Old"), "{page}");
    assert_ne!(page["revision"], page["current"]);
    let (_, colours) = ann.get(&format!("/highlight/dir/page?rev={commit}"));
    assert!(colours["blocks"][0].as_array().is_some_and(|spans| !spans.is_empty()), "{colours}");
}

#[test]
fn what_is_no_commit_of_the_file_is_not_found_and_never_reaches_git_as_an_option() {
    let server = Server::start();
    git(&server.runbooks(), &["init", "-q"]);
    server.install("page", "# Page\n");
    let ann = server.person("ann");
    for rev in ["HEAD", "--output=x", "main", &"0".repeat(40), &"g".repeat(40), "", "..", &"a".repeat(4_000)]
    {
        let (status, error) = ann.get(&format!("/runbooks/page?rev={rev}"));
        assert_eq!((status, code(&error)), (404, "not_found"), "{rev}");
    }
    assert_eq!(ann.get("/history/gone").0, 404);
    assert_eq!(ann.get("/highlight/gone").0, 404);
    assert!(!server.runbooks().join("x").exists());
}

#[test]
fn a_folder_that_is_no_checkout_says_so() {
    let server = Server::start();
    server.install("page", "# Page\n");
    let (status, history) = server.person("ann").get("/history/page");
    assert_eq!((status, &history["source"]), (200, &"no_checkout".into()), "{history}");
}
