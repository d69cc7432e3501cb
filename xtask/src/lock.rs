//! One at a time: set-ups of one user share the cache folder, builds of one checkout share `dist/`.

use anyhow::{Context, Result};
use std::fs::{self, File, TryLockError};
use std::path::Path;

/// Waits until nobody else holds the lock file `name` in `folder`, then holds it until dropped. The system frees it if
/// this process dies. `what` is told to whoever has to wait, such as "another set-up".
pub(crate) fn hold(folder: &Path, name: &str, what: &str) -> Result<File> {
    fs::create_dir_all(folder).with_context(|| format!("can't create the folder {}", folder.display()))?;
    let path = folder.join(name);
    let file = File::create(&path).with_context(|| format!("can't write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("Waiting for {what} to finish");
            file.lock()?;
        }
        Err(TryLockError::Error(why)) => {
            return Err(why).with_context(|| format!("can't lock {}", path.display()));
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_is_free_again_when_whoever_held_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let first = hold(folder.path(), "test.lock", "nobody").unwrap();
        let other = File::open(folder.path().join("test.lock")).unwrap();
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        drop(first);
        other.try_lock().unwrap();
    }
}
