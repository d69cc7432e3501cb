//! The other files, as the rules ask for them. Whoever implements this may read a disk; the rules do not.

use std::{collections::HashSet, sync::Arc};

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// Nothing.
    Nothing,
}

/// The folder of the runbooks. Paths are relative to it, with `/`, without `.` and `..`; the folder itself is the empty path.
pub trait Folder {
    /// What stands at `path`; letters must be in the same case.
    fn find(&self, path: &str) -> Found;

    /// The anchors of the markdown file at `path`; `None` if it can't be read.
    fn anchors(&self, path: &str) -> Option<Arc<HashSet<String>>>;

    /// The names of what stands in the folder at `path`, for hints.
    fn names(&self, path: &str) -> Vec<String>;
}
