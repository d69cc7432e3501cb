//! The folder around a runbook, as the rules ask for it: each folder is listed once, each file read once.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use lastmile_runbook::lint::{self, Folder, Found};

use super::owners::CodeOwners;

/// A runbook larger than this is not read, in bytes: it is no runbook.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// What stands in a folder: its names, and whether each is a folder.
type Names = Arc<HashMap<String, bool>>;
type Anchors = Option<Arc<HashSet<String>>>;

pub(super) struct Disk {
    root: PathBuf,
    owners: CodeOwners,
    folders: RefCell<HashMap<String, Names>>,
    anchors: RefCell<HashMap<String, Anchors>>,
}

impl Disk {
    pub(super) fn new(root: PathBuf) -> Self {
        let owners = CodeOwners::of(&root);
        Self { root, owners, folders: RefCell::default(), anchors: RefCell::default() }
    }

    /// The file's text, or why there is none.
    pub(super) fn text(&self, path: &str) -> Result<String, String> {
        let whole = self.root.join(path);
        let metadata =
            fs::symlink_metadata(&whole).map_err(|error| format!("The file can't be read: {error}."))?;
        // A link could lead out of the folder, a pipe would never end.
        if !metadata.is_file() {
            return Err("This is no regular file.".to_owned());
        }
        let size = metadata.len();
        if size > MAX_FILE {
            return Err(format!("The file has {size} bytes; a runbook may have {MAX_FILE}."));
        }
        let bytes = fs::read(&whole).map_err(|error| format!("The file can't be read: {error}."))?;
        String::from_utf8(bytes).map_err(|error| {
            format!("The file is not UTF-8 from byte {} on.", error.utf8_error().valid_up_to())
        })
    }

    /// Whether an `OWNERS` file beside or above it, or a `CODEOWNERS` file, names who keeps it.
    pub(super) fn owned(&self, path: &str) -> bool {
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            if self.names_in(above).contains_key("OWNERS") {
                return true;
            }
            folder = above;
        }
        self.names_in("").contains_key("OWNERS") || self.owners.own(path)
    }

    fn names_in(&self, folder: &str) -> Names {
        if let Some(known) = self.folders.borrow().get(folder) {
            return Arc::clone(known);
        }
        let entries = fs::read_dir(self.root.join(folder)).into_iter().flatten().flatten();
        let named = entries.filter_map(|entry| {
            Some((entry.file_name().into_string().ok()?, entry.file_type().ok()?.is_dir()))
        });
        let names: Names = Arc::new(named.collect());
        self.folders.borrow_mut().insert(folder.to_owned(), Arc::clone(&names));
        names
    }
}

impl Folder for Disk {
    fn find(&self, path: &str) -> Found {
        if path.is_empty() {
            return Found::Folder;
        }
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        // Asked from the top down: some file systems find a folder under names that no listing has.
        if !above.is_empty() && self.find(above) != Found::Folder {
            return Found::Nothing;
        }
        match self.names_in(above).get(name) {
            Some(true) => Found::Folder,
            Some(false) => Found::File,
            None => Found::Nothing,
        }
    }

    fn anchors(&self, path: &str) -> Anchors {
        if let Some(known) = self.anchors.borrow().get(path) {
            return known.clone();
        }
        let text = self.text(path).ok();
        let anchors = text.map(|text| Arc::new(lint::anchors(&text, &lastmile_runbook::parse(&text))));
        self.anchors.borrow_mut().insert(path.to_owned(), anchors.clone());
        anchors
    }

    fn names(&self, path: &str) -> Vec<String> {
        self.names_in(path).keys().cloned().collect()
    }
}
