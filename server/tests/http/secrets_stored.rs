//! Secrets by reference: from the target's store to the script, and nowhere else.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Person, Server, code, id, until};
use crate::secrets::files_below;

const VALUE: &str = "rosebud-0815-from-the-store";

/// An open and a guarded target, whose secret is in `FOLDER/token`: read as a file by one, by a command for the other.
fn server() -> Server {
    let folder = TempDir::new().unwrap();
    let token = folder.path().join("token");
    let token = token.to_str().unwrap();
    let config = format!(
        "[targets.kept]\nenvironment = 'qa'\ngrace = '1s'\n[targets.kept.secrets]\ntoken = {{ file = 'token' }}\n\
         [targets.watched]\nenvironment = 'prod'\napprove = ['net']\n\
         [targets.watched.secrets]\ntoken = {{ command = ['cat', '{token}'] }}\n"
    );
    let server = Server::start_in(folder, &config, &[]);
    keep(&server, VALUE);
    server
}

/// Puts a value where both targets find it.
fn keep(server: &Server, value: &str) {
    std::fs::write(server.folder.path().join("token"), format!("{value}\n")).unwrap();
}

/// A runbook whose script shows the secret, and then waits as long as `FOLDER/wait` is there.
fn install(server: &Server, target: &str) {
    let wait = server.folder.path().join("wait");
    let wait = wait.display();
    server.install(
        "stored",
        &format!(
            "---\ninputs:\n  token: {{type: secret}}\n---\n```sh\n#| action: Use\n#| target: {target}\n\
             echo \"it is $token, of ${{#token}}\"\nwhile [ -e {wait} ]; do sleep 0.05; done\n```\n"
        ),
    );
}

fn press(person: &Person, key: &str) -> (u16, Value) {
    person.post("/runs", &person.request("stored", key))
}

fn message(run: &Value) -> &str {
    run["summary"]["outcome"]["message"].as_str().unwrap_or_default()
}

fn nowhere_below(folder: &std::path::Path) {
    for file in files_below(folder) {
        let bytes = std::fs::read(&file).unwrap_or_default();
        let holds = bytes.windows(VALUE.len()).any(|window| window == VALUE.as_bytes());
        assert!(!holds, "{} holds the secret", file.display());
    }
}

#[test]
fn a_stored_secret_reaches_the_script_and_stands_in_no_file_argument_list_or_answer() {
    let server = server();
    let (data, wait) = (server.folder.path().join("data"), server.folder.path().join("wait"));
    std::fs::write(&wait, "").unwrap();
    install(&server, "kept");
    let ann = server.person("ann");
    let (status, run) = press(&ann, "key-00000001");
    assert_eq!(status, 201, "{run}");
    until(|| ann.log(&run).contains("of 27").then_some(()));
    for process in std::fs::read_dir("/proc").unwrap().flatten() {
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&line).contains(VALUE));
    }
    nowhere_below(&data);
    std::fs::remove_file(wait).unwrap();
    let run = ann.until_state(&run, "succeeded");
    assert_eq!(ann.log(&run), "it is ***, of 27\n");
    nowhere_below(&data);
    assert!(!run.to_string().contains("rosebud"), "{run}");
    let input = &run["summary"]["inputs"][0];
    assert_eq!((&input["value"], input["version"].as_str().unwrap().len()), (&json!(""), 16));
    let (_, page) = ann.get("/runbooks/stored");
    assert_eq!(page["targets"][0]["secrets"], json!(["token"]));
}

#[test]
fn a_request_that_waits_with_a_stored_secret_outlives_a_restart() {
    let mut server = server();
    install(&server, "watched");
    let mut ann = server.person("ann");
    let run = press(&ann, "key-00000001").1;
    assert!(server.stop());
    server.restart();
    ann.url = server.nobody().url;
    assert_eq!(server.person("bob").answer(&run, "yes").0, 200);
    let run = ann.until_state(&run, "succeeded");
    assert_eq!(ann.log(&run), "it is ***, of 27\n");
}

#[test]
fn a_secret_that_was_changed_after_the_request_is_not_what_was_agreed_to() {
    let server = server();
    install(&server, "watched");
    let ann = server.person("ann");
    let run = press(&ann, "key-00000001").1;
    keep(&server, "another value");
    server.person("bob").answer(&run, "yes");
    let run = ann.until_state(&run, "cancelled");
    assert!(message(&run).contains("`token` of watched has another value by now"), "{run}");
    assert_eq!(ann.log(&run), "");
    // Asked for again, it is another run spec with the new value.
    let again = press(&ann, "key-00000002").1;
    assert_ne!(again["summary"]["inputs"][0]["version"], run["summary"]["inputs"][0]["version"]);
    server.person("bob").answer(&again, "yes");
    assert_eq!(ann.log(&ann.until_state(&again, "succeeded")), "it is ***, of 13\n");
}

#[test]
fn a_secret_that_cannot_be_read_stops_the_press_before_anything_is_recorded() {
    let server = server();
    install(&server, "kept");
    std::fs::remove_file(server.folder.path().join("token")).unwrap();
    let ann = server.person("ann");
    let (status, error) = press(&ann, "key-00000001");
    assert_eq!((status, code(&error)), (503, "secret_unreadable"));
    let text = error["message"].as_str().unwrap();
    assert!(
        text.contains("the secret `token` of kept can't be read") && text.contains("No such file"),
        "{text}"
    );
    assert_eq!(ann.get("/runs").1["runs"], json!([]));
    // Put right, the same press goes through.
    keep(&server, VALUE);
    let run = press(&ann, "key-00000001").1;
    ann.until_state(&run, "succeeded");
}

#[test]
fn a_secret_that_cannot_be_read_any_more_at_the_start_fails_the_run_and_says_why() {
    let server = server();
    install(&server, "watched");
    let ann = server.person("ann");
    let run = press(&ann, "key-00000001").1;
    std::fs::remove_file(server.folder.path().join("token")).unwrap();
    server.person("bob").answer(&run, "yes");
    let run = ann.until_state(&run, "failed");
    assert!(message(&run).contains("Not started: the secret `token` of watched"), "{run}");
    assert!(!server.folder.path().join("data/runs").join(id(&run)).join("process").exists());
}

#[test]
fn what_is_typed_for_a_stored_secret_is_refused() {
    let server = server();
    install(&server, "kept");
    let ann = server.person("ann");
    let mut request = ann.request("stored", "key-00000001");
    request["secrets"] = json!({"token": "typed"});
    let (status, error) = ann.post("/runs", &request);
    assert_eq!((status, code(&error)), (422, "inputs_refused"));
    assert!(error["details"]["inputs"][0]["message"].as_str().unwrap().contains("kept's secrets"));
}
