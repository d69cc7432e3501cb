//! Signed checkpoints: a head of the chain, when it was one, and a signature. Pure.
//!
//! Whoever can write the database can compute the chain anew, but not a checkpoint of another time without the key; and
//! those that were taken elsewhere can't be taken back by anybody.

use lastmile_protocol::Millis;
use serde::{Deserialize, Serialize};

use super::Head;
use super::key::{PublicKey, SigningKey};

/// First line of what is signed, so that nothing else has such a signature.
const DOMAIN: &str = "lastmile audit checkpoint 1";

/// A head that was signed. As a line of JSON it stands in files and goes to webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The number of the entry that was the last.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
    /// When it was signed.
    pub at: Millis,
    /// The name of the key.
    pub key: String,
    /// Ed25519, in hex, of all the above.
    pub signature: String,
}

/// What is wrong with a file of checkpoints; `line` counts from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    /// Something else stands there, or half of one.
    #[error("line {line} is no checkpoint")]
    NotOne {
        /// Where.
        line: usize,
    },
    /// By a key that was not given.
    #[error("line {line} is signed with the key {name}, which is none of those given")]
    OtherKey {
        /// Where.
        line: usize,
        /// The key's name.
        name: String,
    },
    /// The signature does not fit.
    #[error("line {line} was changed after it was signed, or never signed with this key")]
    Unsigned {
        /// Where.
        line: usize,
    },
}

impl Checkpoint {
    /// Signs a head.
    #[must_use]
    pub fn sign(head: &Head, at: Millis, key: &SigningKey) -> Self {
        let name = key.public().name();
        let signature = key.sign(&signed(head.seq, &head.hash, at, &name));
        Self { seq: head.seq, hash: head.hash.clone(), at, key: name, signature }
    }

    /// The head that was signed.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash.clone() }
    }

    /// As a line, without its end.
    ///
    /// # Errors
    /// None that a checkpoint could cause.
    pub fn line(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    fn check(&self, line: usize, keys: &[PublicKey]) -> Result<(), Forged> {
        let key = keys.iter().find(|key| key.name() == self.key);
        let key = key.ok_or_else(|| Forged::OtherKey { line, name: self.key.clone() })?;
        let bytes = signed(self.seq, &self.hash, self.at, &self.key);
        if key.fits(&bytes, &self.signature) { Ok(()) } else { Err(Forged::Unsigned { line }) }
    }
}

/// Neither a number nor a hex text holds a line end, so no two checkpoints give the same bytes; a hash that does was never
/// signed.
fn signed(seq: u64, hash: &str, at: Millis, key: &str) -> Vec<u8> {
    format!("{DOMAIN}\n{seq}\n{hash}\n{}\n{key}\n", at.0).into_bytes()
}

/// All checkpoints of a file, each signed by one of the keys. Empty lines don't count.
///
/// # Errors
/// The first line that is none, or is not signed.
pub fn read(text: &str, keys: &[PublicKey]) -> Result<Vec<Checkpoint>, Forged> {
    let lines = text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty());
    let all = lines.map(|(index, text)| {
        let line = index + 1;
        let checkpoint: Checkpoint = serde_json::from_str(text).map_err(|_| Forged::NotOne { line })?;
        checkpoint.check(line, keys)?;
        Ok(checkpoint)
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(folder: &tempfile::TempDir, name: &str) -> SigningKey {
        SigningKey::open_or_make(&folder.path().join(name)).unwrap()
    }

    #[test]
    fn every_byte_of_a_checkpoint_that_is_changed_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let key = key(&folder, "a");
        let checkpoint = Checkpoint::sign(&Head::empty().after(b"x"), Millis(5), &key);
        let line = checkpoint.line().unwrap();
        assert_eq!(read(&line, &[*key.public()]), Ok(vec![checkpoint]));
        for at in 0..line.len() {
            let mut damaged = line.clone().into_bytes();
            damaged[at] ^= 1;
            let damaged = String::from_utf8(damaged).unwrap();
            assert!(read(&damaged, &[*key.public()]).is_err(), "byte {at}: {damaged}");
        }
    }

    #[test]
    fn another_key_is_named_and_one_that_takes_its_name_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let (own, other) = (key(&folder, "a"), key(&folder, "b"));
        let checkpoint = Checkpoint::sign(&Head::empty(), Millis(5), &other);
        let line = checkpoint.line().unwrap();
        let name = other.public().name();
        assert_eq!(read(&line, &[*own.public()]), Err(Forged::OtherKey { line: 1, name }));
        assert!(read(&line, &[*own.public(), *other.public()]).is_ok());
        let posing = Checkpoint { key: own.public().name(), ..checkpoint };
        assert_eq!(read(&posing.line().unwrap(), &[*own.public()]), Err(Forged::Unsigned { line: 1 }));
    }

    #[test]
    fn half_a_line_is_told_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let key = key(&folder, "a");
        let line = Checkpoint::sign(&Head::empty(), Millis(5), &key).line().unwrap();
        let text = format!("{line}\n\n{}", &line[..40]);
        assert_eq!(read(&text, &[*key.public()]), Err(Forged::NotOne { line: 3 }));
    }
}
