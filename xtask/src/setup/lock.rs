//! One set-up at a time for each user: two checkouts share the cache folder.

use anyhow::{Context, Result};
use std::fs::{self, File, TryLockError};
use std::path::Path;

/// Waits for other set-ups to end, then holds the lock until dropped. The system frees it if this process dies.
pub(super) fn hold(cache: &Path) -> Result<File> {
    fs::create_dir_all(cache)
        .with_context(|| format!("can't create the cache folder {}", cache.display()))?;
    let path = cache.join("setup.lock");
    let file = File::create(&path).with_context(|| format!("can't write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("set-up: waiting for another set-up to finish");
            file.lock()?;
        }
        Err(TryLockError::Error(why)) => return Err(why).context("can't lock the cache folder"),
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_is_free_again_when_the_set_up_that_held_it_is_gone() {
        let cache = tempfile::tempdir().unwrap();
        let first = hold(cache.path()).unwrap();
        let other = File::open(cache.path().join("setup.lock")).unwrap();
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        drop(first);
        other.try_lock().unwrap();
    }
}
