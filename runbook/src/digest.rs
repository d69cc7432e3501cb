//! SHA-256 digests, as lower-case hex.

use sha2::{Digest as _, Sha256};

use crate::{Action, Runbook};

/// SHA-256 of `bytes` as 64 lower-case hex digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl Action {
    /// Digest of everything in the document that decides what this action does.
    #[must_use]
    pub fn digest(&self, runbook: &Runbook) -> String {
        let _ = runbook;
        sha256_hex(self.script.as_bytes())
    }
}
