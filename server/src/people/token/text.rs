//! How a token is written: `lm_`, 256 random bits in hex, and a checksum in hex.
//!
//! The prefix and the checksum let whoever looks for leaked secrets find tokens without asking the server, and let the server
//! turn away what is none without asking the record. It must not know what a token is good for.

use lastmile_runbook::digest::sha256_hex;

use crate::clock::{NoRandomness, random_bytes};

const PREFIX: &str = "lm_";
/// Hex digits of the random part.
const RANDOM: usize = 64;
/// Hex digits of the checksum: the first of the SHA-256 of all that stands before it.
const CHECK: usize = 8;

/// A new token's text.
///
/// # Errors
/// If there is no randomness.
pub(super) fn new() -> Result<String, NoRandomness> {
    Ok(written(&random_bytes::<32>()?))
}

fn written(random: &[u8]) -> String {
    let body: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("{PREFIX}{body}");
    let check = checksum(&text);
    text + &check
}

fn checksum(text: &str) -> String {
    sha256_hex(text.as_bytes()).chars().take(CHECK).collect()
}

/// Whether that could be a token: its form and its checksum are right.
pub(super) fn is_whole(text: &str) -> bool {
    let Some(digits) = text.strip_prefix(PREFIX) else { return false };
    let is_hex = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if digits.len() != RANDOM + CHECK || !is_hex {
        return false;
    }
    // All of it is ASCII by now.
    let (body, check) = text.split_at(PREFIX.len() + RANDOM);
    checksum(body) == check
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As docs/PEOPLE.md gives it to whoever writes a scanner.
    #[test]
    fn a_token_has_its_written_form() {
        let zeros = written(&[0; 32]);
        assert_eq!(zeros.len(), 75);
        assert_eq!(zeros, format!("lm_{}{}", "0".repeat(64), &sha256_hex(&zeros.as_bytes()[..67])[..8]));
        assert!(is_whole(&zeros));
        let one = new().unwrap();
        assert!(is_whole(&one));
        assert_ne!(one, new().unwrap());
    }

    #[test]
    fn a_mistyped_or_shortened_token_is_seen_at_once() {
        let text = written(&[7; 32]);
        for at in 3..text.len() {
            let mut other = text.clone().into_bytes();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            assert!(!is_whole(&String::from_utf8(other).unwrap()), "digit {at}");
        }
        for wrong in ["", "lm_", &text[1..], &text[..74], &text.to_uppercase(), &format!("{text}0")] {
            assert!(!is_whole(wrong), "{wrong}");
        }
        assert!(!is_whole(&format!("lm_{}", "ä".repeat(36))), "72 bytes, and no digits");
    }
}
