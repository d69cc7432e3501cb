//! What `lastmile doctor` says of this machine.

use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn doctor(config: &str, arguments: &[&str]) -> Output {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("config.toml");
    std::fs::write(&file, config).unwrap();
    let mut doctor = Command::new(env!("CARGO_BIN_EXE_lastmile"));
    doctor.arg("doctor").arg("--config").arg(file).arg("--data").arg(folder.path()).args(arguments);
    let said = doctor.output().unwrap();
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "it leaves nothing behind");
    said
}

#[test]
fn each_finding_is_a_line_with_a_verdict_and_the_sync_is_measured() {
    let said = doctor("", &[]);
    let text = String::from_utf8(said.stdout).unwrap();
    assert!(said.status.success(), "{text}");
    for line in text.lines() {
        assert!(["ok ", "limited "].iter().any(|verdict| line.starts_with(verdict)), "{line}");
    }
    for name in ["pidfd", "cgroup v2", "user namespaces", "free space", "fsync", "sh", "git", "ssh"] {
        assert!(text.lines().any(|line| line[9..].starts_with(name)), "{name} is missing:\n{text}");
    }
    assert!(text.contains("median"), "{text}");
}

#[test]
fn as_json_a_target_that_can_not_be_reached_is_bad_and_fails_the_command() {
    let config = "[targets.far]\nenvironment = 'qa'\ncommand = ['no-such-wrapper', '--']\n[languages]\nodd = ['no-such-interpreter']\n";
    let said = doctor(config, &["--format", "json"]);
    assert!(!said.status.success());
    let findings: Vec<Value> = serde_json::from_slice(&said.stdout).unwrap();
    let verdict = |name: &str| {
        findings.iter().find(|finding| finding["name"] == name).map(|finding| &finding["verdict"])
    };
    assert_eq!(verdict("target far"), Some(&Value::from("bad")));
    assert_eq!(verdict("no-such-interpreter"), Some(&Value::from("limited")));
}
