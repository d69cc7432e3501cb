//! `lastmile policy` as somebody at a shell sees it.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const CONFIG: &str = r#"
policies = "policies"
zone = "Europe/Berlin"
error_budgets = "budgets.toml"
[people.mia]
name = "Mia"
teams = ["bar"]
[people.sam]
name = "Sam"
teams = ["sre"]
[people.sue]
teams = ["sre"]
[teams.bar]
owns = ["bar/**"]
[targets.bar-qa]
environment = "qa"
team = "bar"
[targets.bar-prod]
environment = "prod"
team = "bar"
approve = ["bar"]
[[freezes]]
name = "year end"
from = 2026-12-20
until = 2027-01-04T08:00:00
environments = ["prod"]
"#;

const RUNBOOK: &str = "---\ninputs:\n  environment: {type: choice, options: [qa, prod]}\n  pool: {type: choice, options: [blue, all], default: blue}\n---\n```sh\n#| action: Restart\n#| target: bar-$environment\n#| approve: 2 sre if pool=all\n#| inputs: [pool]\necho \"$pool\"\n```\n";

/// A folder with config, runbook, budgets and a shipped set.
fn company(set: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("lastmile.toml", CONFIG);
    write("runbooks/bar/pool.md", RUNBOOK);
    write("budgets.toml", "bar-prod = 12.5\n");
    let (code, text) = policy(folder.path(), &["copy", set, "policies"]);
    assert_eq!(code, 0, "{text}");
    folder
}

/// Exit code, and both outputs in one.
fn policy(folder: &Path, words: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_lastmile"))
        .arg("policy")
        .args(words)
        .current_dir(folder)
        .env("LASTMILE_CONFIG", "lastmile.toml")
        .env("LASTMILE_RUNBOOKS", "runbooks")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

fn explain(folder: &Path, words: &str) -> String {
    let words: Vec<_> =
        ["explain", "--run", "bar/pool#restart"].into_iter().chain(words.split(' ')).collect();
    policy(folder, &words).1
}

#[test]
fn explain_prints_the_decision_the_rules_and_what_they_saw() {
    let folder = company("product-teams-with-sre");
    let at_ten = "--at 2026-11-24T10:00:00 --input environment=qa";
    let said = explain(folder.path(), &format!("--as mia {at_ten}"));
    assert!(
        said.starts_with("Mia may run bar/pool#restart on bar-qa.\nbecause\n  permits  budget/own-target\n"),
        "{said}"
    );
    for fact in ["environment      qa", "runbook's owner  bar", "hour             10", "weekday          2"] {
        assert!(said.contains(fact), "{fact}\n{said}");
    }
    let said = explain(
        folder.path(),
        "--as sam --input environment=prod --input pool=all --at 2026-12-24T18:00:00+01:00",
    );
    for line in [
        "Sam may not run bar/pool#restart on bar-prod: 2 of sre must agree (the runbook asks for it), and only 1 could besides you.",
        "  permits  budget/sre",
        "  asks     budget/freeze",
        "  asks     approve of target bar-prod (config)",
        "  asks     approve of bar/pool#restart",
        "  freezes          year end",
        "  error budget     12 %",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
}

#[test]
fn explain_can_look_at_another_target_and_speak_json() {
    let folder = company("you-build-it-you-run-it");
    let said = explain(
        folder.path(),
        "--as sam --input environment=qa --target bar-prod --at 2026-11-24 --format json",
    );
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["decision"]["decision"], "needs_approval", "{said}");
    assert_eq!(said["decision"]["needs"][0]["team"], "bar");
    let rules: Vec<_> =
        said["because"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["teams/a-team-answers", "teams/not-yours", "approve of target bar-prod (config)"]);
}

#[test]
fn explain_says_what_it_can_t_find() {
    let folder = company("default");
    for (words, says) in [
        ("--as nobody", "no person `nobody`"),
        ("--as mia --input environment=xx", "inputs are refused"),
        ("--as mia --input environment=qa --target x", "no target `x`"),
        ("--as mia --input environment=qa --at soon", "write it like"),
    ] {
        let said = explain(folder.path(), words);
        assert!(said.contains(says), "{words}\n{said}");
    }
}

#[test]
fn check_takes_every_shipped_set_and_warns_of_gates_that_could_never_open() {
    for set in ["default", "you-build-it-you-run-it", "product-teams-with-sre"] {
        let folder = company(set);
        let (code, said) = policy(folder.path(), &["check"]);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("digest "), "{said}");
        let alone = "approve of target bar-prod: 1 of bar must agree, and it has 1: its own people can never get a yes";
        assert!(said.contains(alone), "{said}");
        assert_eq!(policy(folder.path(), &["check", "--deny-warnings"]).0, 1);
    }
}

#[test]
fn people_whom_only_the_record_knows_count_and_can_be_explained() {
    let folder = company("you-build-it-you-run-it");
    let alone = "it has 1: its own people can never get a yes";
    assert!(policy(folder.path(), &["check"]).1.contains(alone));
    std::fs::write(folder.path().join("password"), "correct horse battery\n").unwrap();
    let added = Command::new(env!("CARGO_BIN_EXE_lastmile"))
        .args(["user", "add", "noa", "--name", "Noa", "--team", "bar", "--config", "lastmile.toml"])
        .current_dir(folder.path())
        .stdin(std::fs::File::open(folder.path().join("password")).unwrap())
        .output()
        .unwrap();
    assert!(added.status.success(), "{added:?}");
    let (code, said) = policy(folder.path(), &["check", "--deny-warnings"]);
    assert!(code == 0 && !said.contains(alone), "{said}");
    let said = explain(folder.path(), "--as noa --input environment=qa --at 2026-11-24T10:00:00");
    assert!(said.starts_with("Noa may run bar/pool#restart on bar-qa."), "{said}");
}

#[test]
fn check_refuses_what_the_server_would_refuse() {
    let folder = company("ops-run-what-developers-wrote");
    let (code, said) = policy(folder.path(), &["check"]);
    assert_eq!(code, 1);
    assert!(said.contains("error: ops.cedar") && said.contains("no team `ops`"), "{said}");
    let (code, said) = policy(folder.path(), &["check", "nowhere"]);
    assert_eq!(code, 1);
    assert!(said.contains("can't be read"), "{said}");
}

#[test]
fn copy_lists_the_sets_and_never_writes_over_a_file() {
    let folder = company("default");
    let (code, said) = policy(folder.path(), &["copy"]);
    assert_eq!((code, said.lines().count()), (0, 4), "{said}");
    assert_eq!(policy(folder.path(), &["copy", "default", "policies"]).0, 2);
    assert_eq!(policy(folder.path(), &["copy", "nonsense"]).0, 2);
}
