//! From the paths that were given to the runbooks that are meant.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::LintError;

/// Folders deeper than this are not entered.
const MAX_DEPTH: usize = 16;

/// A runbook to lint.
#[derive(Debug)]
pub(super) struct Source {
    /// The folder within which links are followed.
    pub(super) root: PathBuf,
    /// Its path in that folder.
    pub(super) path: String,
    /// Its path as it is shown: from the current folder where it stands below it.
    pub(super) shown: String,
}

impl Source {
    /// Its slug, if it stands in the runbook folder.
    pub(super) fn slug_in(&self, runbooks: &Path) -> Option<String> {
        let path = self.root.join(&self.path);
        let slug = path.strip_prefix(runbooks).ok()?.to_str()?.to_owned();
        Some(slug.strip_suffix(".md").unwrap_or(&slug).to_owned())
    }
}

/// The runbooks at and below `paths`, each once, in the order of their paths.
pub(super) fn find(paths: &[PathBuf], runbooks: &Path) -> Result<Vec<Source>, LintError> {
    let here = std::env::current_dir().unwrap_or_default();
    let mut found = BTreeMap::new();
    for given in paths {
        let path = absolute(&here, given);
        let metadata = fs::metadata(&path).map_err(|error| LintError::Path(given.clone(), error))?;
        let root = root_of(&path, metadata.is_dir(), runbooks);
        if metadata.is_dir() {
            fs::read_dir(&path).map_err(|error| LintError::Path(given.clone(), error))?;
        }
        walk(&path, metadata.is_dir(), 0, &mut |file| {
            if let Some(source) = source(file, &root, &here) {
                found.insert(file.to_owned(), source);
            }
        });
    }
    Ok(found.into_values().collect())
}

/// Without `.` and `..`, so that paths can be compared.
fn absolute(here: &Path, path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in here.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(whole.pop()),
            part => whole.push(part),
        }
    }
    whole
}

/// The runbook folder, else the git checkout around it, else the folder itself.
fn root_of(path: &Path, is_folder: bool, runbooks: &Path) -> PathBuf {
    if path.starts_with(runbooks) {
        return runbooks.to_owned();
    }
    let folder = if is_folder { path } else { path.parent().unwrap_or(path) };
    let checkout = folder.ancestors().find(|above| above.join(".git").exists());
    checkout.unwrap_or(folder).to_owned()
}

/// Visits the file, or every `.md` file below the folder. As in the catalog, hidden folders and links are left out.
fn walk(path: &Path, is_folder: bool, depth: usize, visit: &mut impl FnMut(&Path)) {
    if !is_folder {
        return visit(path);
    }
    let Ok(entries) = fs::read_dir(path) else { return };
    for entry in entries.flatten() {
        let (name, Ok(kind)) = (entry.file_name(), entry.file_type()) else { continue };
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
        if kind.is_dir() && depth < MAX_DEPTH && name != "node_modules" {
            walk(&entry.path(), true, depth + 1, visit);
        } else if kind.is_file() && name.ends_with(".md") {
            visit(&entry.path());
        }
    }
}

fn source(file: &Path, root: &Path, here: &Path) -> Option<Source> {
    let path = file.strip_prefix(root).ok()?.to_str()?.to_owned();
    let shown = file.strip_prefix(here).unwrap_or(file).to_str()?.to_owned();
    Some(Source { root: root.to_owned(), path, shown })
}
