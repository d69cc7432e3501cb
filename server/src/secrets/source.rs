//! How each kind of source is read. Messages name the source and never what it gave.

use std::path::Path;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;

use crate::ask_command::{self, Said};
use crate::config::SecretSource;

/// Longest value, in bytes: a variable can't hold more than twice as much.
const MOST: u64 = 64 * 1024;
/// So many bytes are read: the longest value and its line end (`\r\n`), and one that tells what is too long.
const READ: u64 = MOST + 3;
/// How long a command may take: somebody has pressed a button and waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// The value, fit to be a variable's.
pub(super) async fn read(source: &SecretSource) -> Result<String, String> {
    let bytes = match source {
        SecretSource::File(path) => file(path).await?,
        SecretSource::Env(variable) => env(variable)?,
        SecretSource::Command(words) => {
            let printed = tokio::time::timeout(PATIENCE, command(words)).await;
            printed.map_err(|_| format!("`{}` took longer than {PATIENCE:?}", program(words)))??
        }
    };
    fit(bytes)
}

async fn file(path: &Path) -> Result<Vec<u8>, String> {
    let place = path.display();
    let refuse = |error: std::io::Error| format!("the file {place}: {error}");
    // A fifo would keep the press waiting for good.
    if !tokio::fs::metadata(path).await.map_err(refuse)?.is_file() {
        return Err(format!("{place} is no file"));
    }
    let mut bytes = Vec::new();
    let file = tokio::fs::File::open(path).await.map_err(refuse)?;
    file.take(READ).read_to_end(&mut bytes).await.map_err(refuse)?;
    Ok(without_line_end(bytes))
}

fn env(variable: &str) -> Result<Vec<u8>, String> {
    use std::os::unix::ffi::OsStringExt as _;
    let value = std::env::var_os(variable);
    Ok(value.ok_or_else(|| format!("the server's variable {variable} is not set"))?.into_vec())
}

async fn command(words: &[String]) -> Result<Vec<u8>, String> {
    let name = program(words);
    let said = ask_command::ask(words, None, READ).await.map_err(|error| format!("`{name}`: {error}"))?;
    match said {
        Said::All(status, bytes) if status.success() => Ok(without_line_end(bytes)),
        Said::All(status, _) => Err(format!("`{name}` failed ({status})")),
        Said::TooMuch => Err(too_long()),
    }
}

fn program(words: &[String]) -> &str {
    words.first().map_or("", String::as_str)
}

/// As `$(…)` does, but for one line end only: a key's own blank lines are its own.
fn without_line_end(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    bytes
}

fn fit(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.is_empty() {
        return Err("its value is empty".to_owned());
    }
    if bytes.len() as u64 > MOST {
        return Err(too_long());
    }
    let text = String::from_utf8(bytes).map_err(|_| "its value is not UTF-8".to_owned())?;
    if text.contains('\0') {
        return Err("its value has a NUL byte, which no variable can hold".to_owned());
    }
    Ok(text)
}

fn too_long() -> String {
    format!("its value has more than {MOST} bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn of_command(script: &str) -> Result<String, String> {
        read(&SecretSource::Command(["sh", "-c", script].map(str::to_owned).to_vec())).await
    }

    #[tokio::test]
    async fn a_file_gives_its_text_without_the_final_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "line one\nline two\n\n").unwrap();
        assert_eq!(read(&SecretSource::File(path)).await.unwrap(), "line one\nline two\n");
    }

    #[tokio::test]
    async fn a_command_gives_what_it_prints_if_it_succeeds() {
        assert_eq!(of_command("echo value").await.unwrap(), "value");
        let why = of_command("echo value; exit 3").await.unwrap_err();
        assert!(why.contains("`sh` failed") && !why.contains("value"), "{why}");
    }

    #[tokio::test]
    async fn what_no_variable_can_hold_is_refused_and_not_repeated() {
        for (script, says) in [
            ("printf ''", "empty"),
            ("printf 'a\\0b'", "NUL"),
            ("printf '\\377'", "UTF-8"),
            ("head -c 70000 /dev/zero | tr '\\0' x", "more than"),
            // One that dies of it that nobody reads the rest.
            ("trap - PIPE; while printf '%01000d' 0; do :; done; kill -PIPE $$", "more than"),
        ] {
            let why = of_command(script).await.unwrap_err();
            assert!(why.contains(says), "{script}: {why}");
        }
    }

    #[tokio::test]
    async fn a_fifo_or_a_missing_file_or_variable_says_which() {
        let folder = tempfile::tempdir().unwrap();
        let why = read(&SecretSource::File(folder.path().into())).await.unwrap_err();
        assert!(why.contains("is no file"), "{why}");
        let why = read(&SecretSource::Env("LASTMILE_NOT_SET".to_owned())).await.unwrap_err();
        assert!(why.contains("LASTMILE_NOT_SET is not set"), "{why}");
    }
}
