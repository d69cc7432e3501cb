//! The key that checkpoints are signed with (Ed25519), and its public half.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lastmile_runbook::digest::sha256_hex;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

use crate::clock::{NoRandomness, random_bytes};

/// Bytes of a key, private or public.
const BYTES: usize = 32;
/// Hex digits of a key's name: enough that nobody's two keys share one.
const NAME_DIGITS: usize = 16;
/// What a public key's text begins with.
const PREFIX: &str = "ed25519:";
/// Longest key file, in bytes: a line of hex digits.
const LONGEST: u64 = 256;

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It can be neither read nor made.
    #[error("the audit key {0} can be neither read nor made: {1}")]
    Unusable(PathBuf, io::Error),
    /// Others can read it, so its signatures prove nothing.
    #[error(
        "the audit key {0} is open to others (mode {1:03o}). If nobody else can have read it, `chmod 600 {0}`; else take it away, and a new one is made"
    )]
    Open(PathBuf, u32),
    /// It holds something else.
    #[error("{0} is no audit key: it must hold 64 hex digits. Take it away, and a new one is made")]
    Malformed(PathBuf),
    /// None could be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// Signs checkpoints.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

impl SigningKey {
    /// The key of that file, which is made if there is none yet: for its owner alone.
    ///
    /// # Errors
    /// If it can't be read or made, is open to others, or is no key.
    pub fn open_or_make(path: &Path) -> Result<Self, KeyError> {
        if let Some(key) = Self::open(path)? {
            return Ok(key);
        }
        make(path)?;
        Self::open(path)?.ok_or_else(|| KeyError::Unusable(path.into(), io::ErrorKind::NotFound.into()))
    }

    /// The key of that file; `None`: there is no such file.
    ///
    /// # Errors
    /// If it can't be read, is open to others, or is no key.
    pub fn open(path: &Path) -> Result<Option<Self>, KeyError> {
        let unusable = |error| KeyError::Unusable(path.into(), error);
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(error)),
        };
        let mode = file.metadata().map_err(unusable)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Open(path.into(), mode));
        }
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).map_err(unusable)?;
        let malformed = || KeyError::Malformed(path.into());
        let seed = from_hex::<BYTES>(text.trim()).ok_or_else(malformed)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| malformed())?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| malformed())?;
        Ok(Some(Self { pair, public: PublicKey(public) }))
    }

    /// What its signatures are checked with.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The signature of these bytes, in hex.
    pub(super) fn sign(&self, bytes: &[u8]) -> String {
        hex(self.pair.sign(bytes).as_ref())
    }
}

/// Written aside, and put in place only where nothing is: half a key would be there for good, and of two that are made at
/// once both must use the first.
fn make(path: &Path) -> Result<(), KeyError> {
    let seed: [u8; BYTES] = random_bytes()?;
    let draft = path.with_extension(format!("new-{}", std::process::id()));
    let put = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(format!("{}\n", hex(&seed)).as_bytes())?;
        file.sync_all()?;
        match std::fs::hard_link(&draft, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    };
    let done = put();
    // It is a second name of the key, or of no use; where it can't be taken away it stays as closed as the key.
    drop(std::fs::remove_file(&draft));
    done.map_err(|error| KeyError::Unusable(path.into(), error))
}

/// What signatures are checked with. Anybody may have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; BYTES]);

impl PublicKey {
    /// Its name in checkpoints: the beginning of its SHA-256.
    #[must_use]
    pub fn name(&self) -> String {
        sha256_hex(&self.0).chars().take(NAME_DIGITS).collect()
    }

    /// Whether the signature is of these bytes and by this key.
    pub(super) fn fits(&self, bytes: &[u8], signature: &str) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.0);
        from_hex::<64>(signature).is_some_and(|signature| key.verify(bytes, &signature).is_ok())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", hex(&self.0))
    }
}

/// A text is no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a public key is written like ed25519:3b6a…, as `lastmile audit key` prints it")]
pub struct NotAKey;

impl FromStr for PublicKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let hex = text.trim().strip_prefix(PREFIX).ok_or(NotAKey)?;
        from_hex(hex).map(Self).ok_or(NotAKey)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit-key");
        assert!(SigningKey::open(&path).unwrap().is_none());
        let first = *SigningKey::open_or_make(&path).unwrap().public();
        assert_eq!(*SigningKey::open_or_make(&path).unwrap().public(), first);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit-key");
        SigningKey::open_or_make(&path).unwrap();
        for mode in [0o640, 0o604, 0o660, 0o601] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let said = SigningKey::open_or_make(&path).err().unwrap().to_string();
            assert!(said.contains("chmod 600"), "{said}");
        }
    }

    #[test]
    fn a_file_that_is_no_key_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit-key");
        std::fs::write(&path, "hello").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(SigningKey::open_or_make(&path), Err(KeyError::Malformed(_))));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "hello");
    }

    #[test]
    fn signatures_are_those_of_rfc_8032() {
        // Its first test: an empty message.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit-key");
        std::fs::write(&path, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let key = SigningKey::open(&path).unwrap().unwrap();
        let public = "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(key.public().to_string(), public);
        assert_eq!(public.parse(), Ok(*key.public()));
        assert!(
            key.sign(b"")
                .starts_with("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb88215")
        );
        assert!(key.public().fits(b"", &key.sign(b"")) && !key.public().fits(b"x", &key.sign(b"")));
    }
}
