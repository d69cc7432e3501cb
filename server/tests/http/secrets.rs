//! Typed secrets.

use serde_json::json;

use crate::harness::Server;

#[test]
fn a_typed_secret_reaches_the_script_and_is_stored_nowhere() {
    let server = Server::start();
    server.install(
        "secret",
        "---\ninputs:\n  token: {type: secret}\n---\n```sh\n#| action: Use\n[ \"${#token}\" = 16 ] && echo \"it is $token\"\n```\n",
    );
    let ann = server.person("ann");
    let mut request = ann.request("secret", "key-00000001");
    request["secrets"] = json!({"token": "open-sesame-4711"});
    let run = ann.post("/runs", &request).1;
    let run = ann.until_state(&run, "succeeded");
    assert!(!ann.log(&run).contains("sesame"), "the log shows it");
    assert!(!run.to_string().contains("sesame"));
    let holds = |bytes: &[u8]| bytes.windows(16).any(|window| window == b"open-sesame-4711");
    for file in files_below(&server.folder.path().join("data")) {
        assert!(!holds(&std::fs::read(&file).unwrap()), "{} holds the secret", file.display());
    }
}

pub(crate) fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            files.extend(files_below(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files
}
