//! API tokens: what a program shows instead of a session.

use serde::{Deserialize, Serialize};

use crate::{Millis, PersonId, SecretText, TokenId};

/// What a token may be used for. Approving, breaking the glass and managing tokens are in no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// Look at runbooks, runs, logs and events.
    Read,
    /// Also ask for runs, start them and cancel them.
    Run,
    /// Something a newer server offers; it is good for nothing here.
    #[serde(other)]
    Unknown,
}

impl TokenScope {
    /// Its word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Run => "run",
            Self::Unknown => "unknown",
        }
    }

    /// Whether a token of this scope may be used where `needed` is asked for.
    #[must_use]
    pub fn covers(self, needed: Self) -> bool {
        matches!((self, needed), (Self::Run, Self::Run | Self::Read) | (Self::Read, Self::Read))
    }
}

/// A token as its owner sees it. What proves anything is not in it: that is shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Its id, as the audit record names it.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// Whoever made it: it acts in their name and with their rights, and ends with them.
    pub owner: PersonId,
    /// The program that uses it, if it is not the owner's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// What it may be used for.
    pub scope: TokenScope,
    /// When it was made.
    pub made: Millis,
    /// From then on it holds no more.
    pub expires: Millis,
    /// When it was last used, to within ten minutes; `None`: never.
    #[serde(default)]
    pub used: Option<Millis>,
    /// When it was revoked.
    #[serde(default)]
    pub revoked: Option<Millis>,
}

/// Whether a token can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// It can.
    Live,
    /// Its time is over.
    Expired,
    /// Somebody has revoked it.
    Revoked,
}

impl Token {
    /// Whether it can be used at that moment.
    #[must_use]
    pub fn state(&self, now: Millis) -> TokenState {
        match self.revoked {
            Some(_) => TokenState::Revoked,
            None if now >= self.expires => TokenState::Expired,
            None => TokenState::Live,
        }
    }
}

/// The token that did something, as others see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedToken {
    /// Its id.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// The program that uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
}

/// `GET /api/v1/tokens`: one's own, the newest first; those that ended a month ago are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// The tokens.
    pub tokens: Vec<Token>,
    /// Days that a new one holds, unless it is asked otherwise.
    pub default_days: u32,
    /// Most days that one may hold.
    pub longest_days: u32,
}

/// `POST /api/v1/tokens`; answered with [`MadeToken`] (201). `DELETE /api/v1/tokens/{id}` revokes one (204).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken {
    /// What to call it: 1 to 60 characters.
    pub name: String,
    /// The program that will use it, if it is not one's own: at most 60 characters.
    #[serde(default)]
    pub service: Option<String>,
    /// What it may be used for.
    pub scope: TokenScope,
    /// Days that it holds; `None`: as many as the server has as default.
    #[serde(default)]
    pub days: Option<u32>,
}

/// A token that was just made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeToken {
    /// What is kept of it.
    pub token: Token,
    /// What to send as `Authorization: Bearer …`. Shown this once: the server keeps its digest only.
    pub secret: SecretText,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_runs_also_reads_and_an_unknown_scope_covers_nothing() {
        use TokenScope::{Read, Run, Unknown};
        assert!(Run.covers(Read) && Run.covers(Run) && Read.covers(Read));
        assert!(!Read.covers(Run));
        for needed in [Read, Run, Unknown] {
            assert!(!Unknown.covers(needed), "{needed:?}");
        }
    }
}
