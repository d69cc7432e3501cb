//! Signed checkpoints that the server makes: to a file, to an address, and what they find.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use lastmile::audit::Head;
use serde_json::Value;
use sqlx::SqlitePool;

use crate::harness::{Server, until};
use crate::outbox::receiver;

fn audit(server: &Server, words: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lastmile"));
    command.arg("audit").args(words).arg("--data").arg(server.folder.path().join("data"));
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

/// Whoever can write the database, and knows how the chain is made: ann did it, not bob.
fn write_anew(server: &Server) {
    let path = server.folder.path().join("data/lastmile.sqlite");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let hand = SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
        sqlx::raw_sql("DROP TRIGGER audit_stays; UPDATE audit_index SET person = 'ann' WHERE person = 'bob'")
            .execute(&hand)
            .await
            .unwrap();
        let mut head = Head::empty();
        let rows: Vec<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT seq, entry FROM audit ORDER BY seq").fetch_all(&hand).await.unwrap();
        for (seq, entry) in rows {
            let entry = String::from_utf8(entry).unwrap().replace(r#""by":"bob""#, r#""by":"ann""#);
            head = head.after(entry.as_bytes());
            let update = sqlx::query("UPDATE audit SET entry = ?, hash = ? WHERE seq = ?");
            update.bind(entry.as_bytes()).bind(&head.hash).bind(seq).execute(&hand).await.unwrap();
        }
        sqlx::query("UPDATE audit_head SET hash = ?").bind(&head.hash).execute(&hand).await.unwrap();
        hand.close().await;
    });
}

#[test]
fn a_record_written_anew_is_found_by_the_checkpoints_of_a_running_server_only() {
    let more = "[audit]\nmay_read = [\"net\"]\ncheckpoint_file = \"checkpoints\"\ncheckpoint_entries = 1\n";
    let mut server = Server::start_with(more);
    let file = server.folder.path().join("checkpoints");
    server.person("bob");
    until(|| std::fs::read_to_string(&file).is_ok_and(|text| text.ends_with('\n')).then_some(()));
    assert!(server.stop());
    let file = file.to_str().unwrap();
    let key = audit(&server, &["key"]).1;
    let with = |key: &str| audit(&server, &["verify", "--checkpoint", file, "--key", key]);
    let (status, said) = with(key.trim());
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("ok: 1 checkpoints, the newest of entry "), "{said}");
    write_anew(&server);
    assert_eq!(audit(&server, &["verify"]).0, 0, "without a checkpoint nobody can tell");
    let (status, said) = with(key.trim());
    assert_eq!(status, 1);
    assert!(said.contains("it was written anew"), "{said}");
}

#[test]
fn a_checkpoint_that_was_changed_and_one_of_another_key_are_told_apart() {
    let server = Server::start();
    server.person("ann");
    let folder = server.folder.path();
    let (file, other) = (folder.join("one"), folder.join("other-key"));
    let (status, line) = audit(&server, &["checkpoint"]);
    assert_eq!(status, 0, "{line}");
    let key = audit(&server, &["key"]).1;
    let of_other = audit(&server, &["key", "--key-file", other.to_str().unwrap()]).1;
    std::fs::write(folder.join("key.pub"), &key).unwrap();
    let with = |text: &str, key: &str| {
        std::fs::write(&file, text).unwrap();
        audit(&server, &["verify", "--checkpoint", file.to_str().unwrap(), "--key", key.trim()])
    };
    assert_eq!(with(&line, &key).0, 0);
    assert_eq!(with(&line, folder.join("key.pub").to_str().unwrap()).0, 0);
    let (status, said) = with(&line.replacen("\"seq\":1", "\"seq\":2", 1), &key);
    assert_eq!(status, 1);
    assert!(said.contains("line 1 was changed after it was signed"), "{said}");
    let (status, said) = with(&line, &of_other);
    assert_eq!(status, 1);
    assert!(said.contains("which is none of those given"), "{said}");
    assert_eq!(with("{}", &key).0, 1);
    // What proves nothing must not look as if it did.
    for (text, key) in [("", key.as_str()), (line.as_str(), "ed25519:00")] {
        assert_eq!(with(text, key).0, 2);
    }
    assert_eq!(audit(&server, &["verify", "--checkpoint", file.to_str().unwrap()]).0, 2, "without a key");
}

#[test]
fn an_address_gets_each_checkpoint_signed_twice_and_again_if_it_says_no() {
    let (url, letters) = receiver(&["500 No", "204 Thanks"]);
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("secret"), "a secret of the webhook's").unwrap();
    let more = format!(
        "[notify]\nsecret_file = \"secret\"\n[audit]\ncheckpoint_webhook = \"{url}\"\ncheckpoint_every = \"1s\"\n"
    );
    let server = Server::start_in(folder, &more, &[]);
    server.person("ann");
    let first = letters.recv_timeout(Duration::from_secs(60)).unwrap();
    let again = letters.recv_timeout(Duration::from_secs(90)).unwrap();
    assert!(first.header("x-lastmile-signature").starts_with("sha256="));
    let file = server.folder.path().join("arrived");
    std::fs::write(&file, format!("{}\n{}\n", first.body, again.body)).unwrap();
    let key = audit(&server, &["key"]).1;
    let words = ["verify", "--checkpoint", file.to_str().unwrap(), "--key", key.trim()];
    assert_eq!(audit(&server, &words).0, 0);
    let checkpoint: Value = serde_json::from_str(&first.body).unwrap();
    assert!(checkpoint["seq"].as_u64().unwrap() >= 1);
}

#[test]
fn a_server_whose_audit_key_others_can_read_does_not_start_and_says_what_to_do() {
    let mut server = Server::start();
    assert_eq!(audit(&server, &["key"]).0, 0);
    assert!(server.stop());
    let key = server.folder.path().join("data/audit-key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut serve = Command::new(env!("CARGO_BIN_EXE_lastmile"));
    serve.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(server.folder.path().join("data"));
    serve.arg("--config").arg(server.folder.path().join("config.toml"));
    let output = serve.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(said.contains("is open to others (mode 644)") && said.contains("chmod 600"), "{said}");
    assert_eq!(audit(&server, &["key"]).0, 2);
}
