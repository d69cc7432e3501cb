//! Targets whose scripts run as another user. These tests need root, and fail without.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::harness::Server;

#[test]
fn a_target_s_user_runs_its_scripts_and_reads_nothing_else_of_the_data_folder() {
    let server = Server::start_with("[targets.app]\nenvironment = 'qa'\nuser = 'nobody'\n");
    let data = server.folder.path().join("data");
    let files = "lastmile.sqlite secret-key lock reserve";
    server.install_action(
        "whoami",
        "target: app",
        &format!(
            "id -un\ncd {}\nfor file in {files}; do test ! -r $file || echo $file is open; done\nls 2>/dev/null || echo closed",
            data.display()
        ),
    );
    // As in an installation: one may go through, and see nothing.
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o711)).unwrap();
    let ann = server.person("ann");
    let run = ann.until_state(&ann.press("whoami", "key-00000001"), "succeeded");
    assert_eq!(ann.log(&run), "nobody\nclosed\n");
    assert_eq!(run["target"]["user"], "nobody");
}

#[test]
fn a_user_for_checks_alone_runs_checks_alone() {
    let server = Server::start_with("[targets.app]\nenvironment = 'qa'\nchecks = { user = 'nobody' }\n");
    std::fs::set_permissions(server.folder.path().join("data"), std::fs::Permissions::from_mode(0o711))
        .unwrap();
    server.install_action("look", "kind: check\ntarget: app", "id -un");
    server.install_action("change", "target: app", "id -un");
    let ann = server.person("ann");
    for (slug, key, user) in [("look", "key-00000001", "nobody\n"), ("change", "key-00000002", "root\n")] {
        let run = ann.until_state(&ann.press(slug, key), "succeeded");
        assert_eq!(ann.log(&run), user);
    }
}

#[test]
fn a_server_does_not_start_with_a_user_that_it_can_not_have() {
    for (user, says) in [("lastmile-no-such-user", "no such user"), ("root", "leave it out")] {
        let folder = tempfile::tempdir().unwrap();
        let config = format!("[targets.app]\nenvironment = 'qa'\nuser = '{user}'\n");
        std::fs::write(folder.path().join("config.toml"), config).unwrap();
        let server = Command::new(env!("CARGO_BIN_EXE_lastmile"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .arg("--config")
            .arg(folder.path().join("config.toml"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&server.stderr).into_owned();
        assert!(!server.status.success() && said.contains(says), "{said}");
    }
}

#[test]
fn a_data_folder_that_the_user_can_not_get_through_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "[targets.app]\nenvironment = 'qa'\nuser = 'nobody'\n").unwrap();
    let report = Command::new(env!("CARGO_BIN_EXE_lastmile"))
        .args(["doctor", "--data"])
        .arg(folder.path().join("data"))
        .arg("--config")
        .arg(&config)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&report.stdout).into_owned();
    assert!(!report.status.success() && said.contains("chmod o+x"), "{said}");
}
