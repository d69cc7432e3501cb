//! Secrets by reference: values from the sources that a target's store names, and versions of them.
//!
//! A value is read when a run needs it and handed to that run's process; nothing here keeps it. What is recorded of it is a
//! [`SecretReader::version`]. It must not know runs, HTTP or the record.

mod source;

use std::fs::OpenOptions;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use lastmile_protocol::SecretText;
use sha2::Sha256;

use crate::clock::random_bytes;
use crate::config::SecretSource;

/// In the data folder: what keeps versions from telling anything.
const KEY: &str = "secret-key";
const KEY_BYTES: usize = 32;
/// Bytes of a version: enough that two values never share one, short enough to be compared by eye.
const VERSION_BYTES: usize = 8;

/// Why a secret can't be had. For people; never holds a part of a value.
#[derive(Debug, thiserror::Error)]
#[error(
    "Not started: the secret `{name}` of {target} can't be read: {why}. Whoever runs the server can mend it; then ask again."
)]
pub struct Unreadable {
    name: String,
    target: String,
    why: String,
}

/// Reads secrets and names their versions.
pub struct SecretReader {
    key: [u8; KEY_BYTES],
}

/// A value, and which one it is.
pub struct Held {
    /// What the script gets.
    pub value: SecretText,
    /// Changes with the value.
    pub version: String,
}

impl SecretReader {
    /// With the key of that data folder, which is made if there is none yet.
    ///
    /// # Errors
    /// If it can neither be read nor made.
    pub fn open(data: &Path) -> io::Result<Self> {
        let path = data.join(KEY);
        match std::fs::File::open(&path) {
            Ok(mut file) => {
                let mut key = [0; KEY_BYTES];
                file.read_exact(&mut key)?;
                Ok(Self { key })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make(&path),
            Err(error) => Err(error),
        }
    }

    /// Written aside first: half a key would be there for good.
    fn make(path: &Path) -> io::Result<Self> {
        let key: [u8; KEY_BYTES] = random_bytes().map_err(io::Error::other)?;
        let draft = path.with_extension("new");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&key)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)?;
        Ok(Self { key })
    }

    /// The value that the target's secret of that name has now.
    ///
    /// # Errors
    /// If it can't be read, or can't be a variable's value.
    pub async fn read(&self, target: &str, name: &str, source: &SecretSource) -> Result<Held, Unreadable> {
        let read = source::read(source).await;
        let value =
            read.map_err(|why| Unreadable { name: name.to_owned(), target: target.to_owned(), why })?;
        let version = self.version(target, name, &value);
        Ok(Held { value: SecretText(value), version })
    }

    /// A keyed hash, so that whoever sees it learns that a value has changed, and nothing of the value: not even whether two
    /// secrets have the same one.
    fn version(&self, target: &str, name: &str, value: &str) -> String {
        // A key of any length will do, so there is nothing that could fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        for part in [target, name, value] {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        let bytes = mac.finalize().into_bytes();
        bytes.iter().take(VERSION_BYTES).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The value that a source of the server's own gives now.
///
/// # Errors
/// Says why there is none.
pub(crate) async fn read(source: &SecretSource) -> Result<String, String> {
    source::read(source).await
}

/// Whether a source gives a value that can be used.
///
/// # Errors
/// Says why not.
pub async fn look(source: &SecretSource) -> Result<(), String> {
    source::read(source).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_changes_with_the_value_and_outlives_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let first = SecretReader::open(folder.path()).unwrap();
        let again = SecretReader::open(folder.path()).unwrap();
        assert_eq!(first.version("bar", "token", "one"), again.version("bar", "token", "one"));
        assert_ne!(first.version("bar", "token", "one"), first.version("bar", "token", "two"));
    }

    #[test]
    fn a_version_tells_nothing_without_the_key_and_does_not_show_equal_values() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [first, second] = folders.each_ref().map(|folder| SecretReader::open(folder.path()).unwrap());
        assert_ne!(first.version("bar", "token", "one"), second.version("bar", "token", "one"));
        assert_ne!(first.version("bar", "token", "one"), first.version("bar", "pin", "one"));
        assert_ne!(first.version("bar", "token", "one"), first.version("foo", "token", "one"));
    }

    #[test]
    fn the_key_is_for_the_server_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        SecretReader::open(folder.path()).unwrap();
        let mode = std::fs::metadata(folder.path().join(KEY)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
