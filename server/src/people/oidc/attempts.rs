//! Attempts to sign in at the provider that are under way. In memory only: a restart costs somebody a second press.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use lastmile_protocol::{Millis, ReturnTo};
use lastmile_runbook::digest::sha256_hex;
use openidconnect::{Nonce, PkceCodeVerifier};

/// An attempt holds so long, in milliseconds: enough for a second factor and a forgotten phone.
pub(super) const HOLDS_MS: i64 = 10 * 60 * 1000;
/// Most that are under way; the oldest of more is dropped.
const MOST: usize = 10_000;

/// What must come back, and what belongs to it.
pub(super) struct Attempt {
    /// SHA-256 of the cookie of the browser that began it.
    pub(super) browser: String,
    /// What the ID token must name.
    pub(super) nonce: Nonce,
    /// What proves to the provider that whoever began it ends it.
    pub(super) verifier: PkceCodeVerifier,
    /// Where it leads.
    pub(super) return_to: ReturnTo,
    /// The session that the browser had: its cookie does not come with a link from elsewhere.
    pub(super) before: Option<String>,
    /// When it began.
    pub(super) at: Millis,
}

/// Attempts by the SHA-256 of their state.
#[derive(Default)]
pub(super) struct Attempts(Mutex<HashMap<String, Attempt>>);

impl Attempts {
    pub(super) fn add(&self, state: &str, attempt: Attempt) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= MOST {
            open.retain(|_, other| holds(other, attempt.at));
        }
        if open.len() >= MOST
            && let Some(oldest) =
                open.iter().min_by_key(|(_, other)| other.at).map(|(state, _)| state.clone())
        {
            open.remove(&oldest);
        }
        open.insert(sha256_hex(state.as_bytes()), attempt);
    }

    /// The attempt of that state, once, if it began in that browser not too long ago.
    pub(super) fn take(&self, state: &str, browser: Option<&str>, now: Millis) -> Option<Attempt> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let attempt = open.remove(&sha256_hex(state.as_bytes()))?;
        let same = browser.is_some_and(|browser| sha256_hex(browser.as_bytes()) == attempt.browser);
        (same && holds(&attempt, now)).then_some(attempt)
    }
}

fn holds(attempt: &Attempt, now: Millis) -> bool {
    (0..=HOLDS_MS).contains(&(now.0 - attempt.at.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(at: i64) -> Attempt {
        Attempt {
            browser: sha256_hex(b"browser"),
            nonce: Nonce::new("n".to_owned()),
            verifier: PkceCodeVerifier::new("v".to_owned()),
            return_to: ReturnTo::home(),
            before: None,
            at: Millis(at),
        }
    }

    #[test]
    fn an_attempt_ends_once_in_its_own_browser_and_in_time() {
        let attempts = Attempts::default();
        for (state, browser, now, ends) in [
            ("a", Some("browser"), HOLDS_MS, true),
            ("b", Some("another"), 1, false),
            ("c", None, 1, false),
            ("d", Some("browser"), HOLDS_MS + 1, false),
            // The clock was set back.
            ("e", Some("browser"), -1, false),
        ] {
            attempts.add(state, begun(0));
            assert_eq!(attempts.take(state, browser, Millis(now)).is_some(), ends, "{state}");
            assert!(attempts.take(state, Some("browser"), Millis(1)).is_none(), "{state} is used");
        }
        assert!(attempts.take("nobody's", Some("browser"), Millis(1)).is_none());
    }

    #[test]
    fn whoever_begins_endlessly_many_fills_no_memory() {
        let attempts = Attempts::default();
        for number in 0..=MOST {
            attempts.add(&number.to_string(), begun(i64::try_from(number).unwrap()));
        }
        assert!(attempts.take("0", Some("browser"), Millis(1)).is_none(), "the oldest has gone");
        assert!(attempts.take("1", Some("browser"), Millis(1)).is_some());
    }
}
