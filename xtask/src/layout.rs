//! Where things lie: the checkout, its build folders, and the tools kept for all checkouts of this user.

use anyhow::{Context, Result};
use std::env;
use std::path::{Path, PathBuf};

/// The folders that the commands work in.
pub(crate) struct Layout {
    root: PathBuf,
    target: PathBuf,
    cache: PathBuf,
}

impl Layout {
    /// Finds the folders of this checkout and this user.
    ///
    /// # Errors
    /// When neither `XDG_CACHE_HOME` nor `HOME` says where the user's cache is.
    pub(crate) fn find() -> Result<Self> {
        // Cargo names the folder of the crate that it runs: right even if the checkout has been moved since.
        let xtask = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&xtask).parent().context("xtask has no parent folder")?.to_owned();
        // This program lies in `<target>/<profile>/`, wherever configuration put the target folder.
        let exe = env::current_exe()?;
        let target = exe.ancestors().nth(2).context("xtask does not run from a target folder")?.to_owned();
        let cache = cache_home(env::var_os("XDG_CACHE_HOME").map(Into::into), env::home_dir())
            .context("set HOME or XDG_CACHE_HOME: the tools must be kept somewhere")?
            .join("lastmile");
        Ok(Self { root, target, cache })
    }

    /// The checkout.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The app as the server embeds it.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Build folder of everything native.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Build folder of the app. Apart from the native one, because another toolchain may fill it.
    pub(crate) fn wasm_target(&self) -> PathBuf {
        self.target.join("wasm")
    }

    /// The browser tests.
    pub(crate) fn e2e(&self) -> PathBuf {
        self.root.join("tests/e2e")
    }

    /// Tools by version, shared by every checkout of this user.
    pub(crate) fn cache(&self) -> &Path {
        &self.cache
    }
}

/// The XDG rule: a relative `XDG_CACHE_HOME` counts as unset.
fn cache_home(xdg: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    xdg.filter(|path| path.is_absolute()).or_else(|| home.map(|home| home.join(".cache")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_where_xdg_says_and_else_in_the_home_folder() {
        let home = Some(PathBuf::from("/home/noc"));
        assert_eq!(cache_home(Some("/var/cache/noc".into()), home.clone()), Some("/var/cache/noc".into()));
        assert_eq!(cache_home(None, home.clone()), Some("/home/noc/.cache".into()));
        assert_eq!(cache_home(Some("not/absolute".into()), home), Some("/home/noc/.cache".into()));
        assert_eq!(cache_home(None, None), None);
    }
}
