//! Passwords: Argon2id, so that whoever gets hold of the record still has to guess slowly.
//!
//! Hashing takes 19 MiB and tens of milliseconds, on purpose: away from the async threads, two at once, and a short queue.
//! It must not know where hashes are kept.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use lastmile_protocol::SecretText;
use tokio::sync::Semaphore;

use crate::clock::{NoRandomness, random_bytes};

/// Shorter passwords are not set. NIST SP 800-63B asks for 15 where there is nothing besides, and for 8 at least.
pub(super) const SHORTEST: usize = 12;
/// Longer ones are not hashed: it would cost more than it gives.
const LONGEST: usize = 1024;
/// How many are hashed at once.
const AT_ONCE: usize = 2;
/// How many may be hashed or wait for it; more are turned away.
const IN_LINE: usize = 32;

/// Hashed where there is no such person, so that the answer takes as long. Nobody's: its 32 bytes are zeros.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IG5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// So many try to sign in that this one is not even looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked")]
pub(super) struct Crowded;

/// No hash was made.
#[derive(Debug, thiserror::Error)]
pub(super) enum HashError {
    /// It would be guessed, or costs too much.
    #[error("a password has {SHORTEST} characters at least and {LONGEST} bytes at most")]
    Length,
    /// There is no salt.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// The hash function says no.
    #[error("the password can't be hashed: {0}")]
    Hash(argon2::password_hash::Error),
}

/// A password's hash, as it may be kept.
///
/// # Errors
/// If the password is too short or too long, or there is no randomness.
pub(super) fn hash(password: &str) -> Result<String, HashError> {
    if password.chars().count() < SHORTEST || password.len() > LONGEST {
        return Err(HashError::Length);
    }
    let salt = SaltString::encode_b64(&random_bytes::<16>()?).map_err(HashError::Hash)?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt).map_err(HashError::Hash)?;
    Ok(hash.to_string())
}

/// Whether that is the password. Takes as long without a hash as with one.
fn fits(hash: Option<&str>, password: &str) -> bool {
    // A longer one is nobody's, and whether it is too long is no secret.
    if password.len() > LONGEST {
        return false;
    }
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else { return false };
    let fits = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    fits && hash.is_some()
}

/// Looks passwords over, a few at a time.
#[derive(Debug)]
pub(super) struct Passwords {
    line: Semaphore,
    turns: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { line: Semaphore::new(IN_LINE), turns: Semaphore::new(AT_ONCE) }
    }
}

impl Passwords {
    /// Whether that is the password of this hash; `None` fits nothing.
    ///
    /// # Errors
    /// If too many are waiting.
    pub(super) async fn fits(&self, hash: Option<String>, typed: &SecretText) -> Result<bool, Crowded> {
        let _place = self.line.try_acquire().map_err(|_| Crowded)?;
        let _turn = self.turns.acquire().await.map_err(|_| Crowded)?;
        let typed = typed.clone();
        tokio::task::spawn_blocking(move || fits(hash.as_deref(), &typed.0)).await.map_err(|_| Crowded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_and_no_other_fits() {
        let one = hash("correct horse battery").unwrap();
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, hash("correct horse battery").unwrap(), "the salt is new each time");
        assert!(fits(Some(&one), "correct horse battery"));
        assert!(!fits(Some(&one), "correct horse batterz"));
        assert!(!fits(None, "correct horse battery"));
    }

    #[test]
    fn nobody_s_hash_costs_as_much_as_anybody_s() {
        let (nobody, ours) = (PasswordHash::new(NOBODY).unwrap(), hash("correct horse battery").unwrap());
        let ours = PasswordHash::new(&ours).unwrap();
        assert_eq!((nobody.params, nobody.algorithm), (ours.params.clone(), ours.algorithm));
        assert_eq!(nobody.hash.unwrap().len(), ours.hash.unwrap().len());
    }

    #[test]
    fn short_and_endless_passwords_are_not_set() {
        assert!(matches!(hash("elevenchars"), Err(HashError::Length)));
        assert!(matches!(hash(&"x".repeat(LONGEST + 1)), Err(HashError::Length)));
        hash("пароль-пароль").unwrap();
    }
}
