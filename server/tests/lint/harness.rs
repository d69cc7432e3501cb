//! A folder of runbooks and the binary.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// An empty folder to work in.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let whole = self.path().join(path);
        fs::create_dir_all(whole.parent().unwrap()).unwrap();
        fs::write(&whole, text).unwrap();
        whole
    }

    pub(crate) fn lastmile(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lastmile"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LASTMILE_")) {
            command.env_remove(name);
        }
        command.current_dir(self.path()).args(arguments).output().unwrap()
    }

    /// `lint --format json` with these arguments: exit code and what it wrote.
    pub(crate) fn lint(&self, arguments: &[&str]) -> (i32, Value) {
        let output = self.lastmile(&[&["lint", "--format", "json"], arguments].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        let json = serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code().unwrap(), json)
    }
}

/// `file:line code` of each problem.
pub(crate) fn places(lint: &Value) -> Vec<String> {
    let place = |it: &Value| {
        format!("{}:{} {}", it["file"].as_str().unwrap(), it["line"], it["code"].as_str().unwrap())
    };
    lint["problems"].as_array().unwrap().iter().map(place).collect()
}

/// The corpora beside the repository, if they are there, else the fixtures of the project.
pub(crate) fn corpora() -> PathBuf {
    let server = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let corpora = server.join("../../shared/corpora");
    if corpora.is_dir() { corpora } else { server.join("../runbook/tests/fixtures") }
}

/// Every `.md` file below a folder.
pub(crate) fn markdown(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
