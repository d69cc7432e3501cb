//! The shipped runbooks are examples: they have no problems.

use std::{fs, io, path::PathBuf};

use lastmile_runbook::parse;

/// Every runbook below the repository's `runbooks/`.
fn runbooks() -> io::Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../runbooks")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                let text = fs::read_to_string(&path)?;
                found.push((path, text));
            }
        }
    }
    Ok(found)
}

#[test]
fn shipped_runbooks_have_no_problems() {
    for (path, text) in runbooks().unwrap() {
        assert_eq!(parse(&text).problems, [], "{}", path.display());
    }
}
