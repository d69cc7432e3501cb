//! Checks run with the target's credentials for checks, where it has some; all else never does.

use serde_json::json;
use tempfile::TempDir;

use crate::harness::Server;

const CONFIG: &str = r#"
[targets.split]
environment = "qa"
command = ["env"]
env = { ROLE = "writer", REACH = "all" }
[targets.split.secrets]
token = { file = "writes" }
[targets.split.checks]
env = { ROLE = "reader" }
secrets = { token = { file = "reads" } }
[targets.asked]
environment = "prod"
approve = ["net"]
[targets.asked.secrets]
token = { file = "writes" }
[targets.asked.checks]
secrets = { token = { file = "reads" } }
"#;
/// What the script tells of the secrets below: a log masks the values.
const WRITES: &str = "token of 21";
const READS: &str = "token of 14";

fn server() -> Server {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("writes"), "this-one-writes-to-it").unwrap();
    std::fs::write(folder.path().join("reads"), "this-one-reads").unwrap();
    let server = Server::start_in(folder, CONFIG, &[]);
    for target in ["split", "asked"] {
        for kind in ["check", "change"] {
            let script = "echo \"${ROLE-nobody} of ${REACH-nothing}, token of ${#token}\"";
            server.install(
                &format!("{target}-{kind}"),
                &format!(
                    "---\ninputs:\n  token: {{type: secret}}\n---\n```sh\n#| action: Look\n#| kind: {kind}\n#| target: {target}\n#| inputs: [token]\n{script}\n```\n"
                ),
            );
        }
    }
    server
}

#[test]
fn a_check_gets_what_checks_are_given_and_nothing_else_of_its_kind() {
    let server = server();
    let ann = server.person("ann");
    let check = ann.until_state(&ann.press("split-check", "key-00000001"), "succeeded");
    assert_eq!(ann.log(&check), format!("reader of nothing, {READS}\n"));
    assert_eq!(
        (&check["target"]["variables"], &check["target"]["command"]),
        (&json!(["ROLE"]), &json!(["env"]))
    );
    let change = ann.until_state(&ann.press("split-change", "key-00000002"), "succeeded");
    assert_eq!(ann.log(&change), format!("writer of all, {WRITES}\n"));
}

#[test]
fn the_page_tells_of_both_so_that_a_card_shows_what_its_action_gets() {
    let server = server();
    let (_, page) = server.person("ann").get("/runbooks/split-check");
    assert_eq!(page["targets"][0]["variables"], json!(["REACH", "ROLE"]));
    assert_eq!(page["check_targets"][0]["name"], "split");
    assert_eq!(page["check_targets"][0]["variables"], json!(["ROLE"]));
}

#[test]
fn a_check_that_waits_for_a_yes_is_agreed_to_and_started_with_the_same() {
    let mut server = server();
    let (check, change) = {
        let ann = server.person("ann");
        (ann.press("asked-check", "key-00000001"), ann.press("asked-change", "key-00000002"))
    };
    server.kill();
    server.restart();
    let (ann, bob) = (server.person("ann"), server.person("bob"));
    for (run, says) in [(check, READS), (change, WRITES)] {
        assert_eq!(bob.answer(&run, "yes").0, 200);
        let run = ann.until_state(&run, "succeeded");
        assert_eq!(ann.log(&run), format!("nobody of nothing, {says}\n"));
    }
}
