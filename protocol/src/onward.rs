//! Signing in and out by way of another site: where the browser goes, and what the way back may say.

use serde::{Deserialize, Serialize};

/// `POST /api/v1/session/oidc`: signing in at the provider begins; answered with [`Onward`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeginOidc {
    /// The page to come back to; what is no page of this app is the catalog.
    pub return_to: String,
}

/// The browser has to go on to another address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Onward {
    /// That address.
    pub continue_at: String,
}

/// Why somebody who came back from the provider is not signed in: `/sign-in?problem=CODE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// They said no there, or are not allowed to go on from there.
    Cancelled,
    /// The provider can't be reached, or not understood.
    ProviderDown,
    /// The provider refused.
    ProviderRefused,
    /// Nothing is known of this attempt: it took too long, was used already, or began in another browser.
    Lost,
    /// What came back does not prove anything.
    Untrusted,
    /// What came back has no name that can be used.
    Unnamed,
    /// It is clear who it is, and they may not come in.
    NotAdmitted,
    /// The name belongs to another account.
    Taken,
    /// It was tried too often.
    TooMany,
    /// This server is at fault.
    Server,
}

impl SignInProblem {
    const ALL: [Self; 10] = [
        Self::Cancelled,
        Self::ProviderDown,
        Self::ProviderRefused,
        Self::Lost,
        Self::Untrusted,
        Self::Unnamed,
        Self::NotAdmitted,
        Self::Taken,
        Self::TooMany,
        Self::Server,
    ];

    /// Its name in addresses and in the audit record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::ProviderDown => "provider_down",
            Self::ProviderRefused => "provider_refused",
            Self::Lost => "lost",
            Self::Untrusted => "untrusted",
            Self::Unnamed => "unnamed",
            Self::NotAdmitted => "not_admitted",
            Self::Taken => "taken",
            Self::TooMany => "too_many",
            Self::Server => "server",
        }
    }

    /// The problem of that name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.code() == code)
    }

    /// What happened and what to do next, for a person.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Cancelled => {
                "You were not signed in: the sign-in was cancelled, or your account may not use Lastmile. Try again, or ask whoever runs the sign-in service."
            }
            Self::ProviderDown => {
                "The sign-in service can't be reached or gives no answer that makes sense. Try again in a minute; if it stays, tell whoever runs this server: its log has the cause."
            }
            Self::ProviderRefused => {
                "The sign-in service refused. Try again; if it stays, tell whoever runs this server: its log has the cause."
            }
            Self::Lost => {
                "This sign-in took too long, was used already, or began in another browser. Sign in again from here."
            }
            Self::Untrusted => {
                "What the sign-in service sent does not prove who you are, so nobody was signed in. Try again; if it stays, tell whoever runs this server: its log has the cause."
            }
            Self::Unnamed => {
                "Your account has no name that Lastmile can use: it is missing, not verified, or holds other characters than letters, digits and . _ - @ +. Ask whoever runs the sign-in service."
            }
            Self::NotAdmitted => {
                "You are signed in there, but your account is not let in here: it is in no group that Lastmile knows. Ask whoever runs this server."
            }
            Self::Taken => {
                "Your name belongs to another account here, or your account had another name. Ask whoever runs this server: `lastmile user remove` makes the old one forgotten."
            }
            Self::TooMany => "Too many attempts to sign in within a minute. Wait a little, then try again.",
            Self::Server => {
                "This server made a mistake or can't write its record; its log has the cause. Try again, and tell whoever runs it if it stays."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_read_from_its_own_name_and_from_nothing_else() {
        for problem in SignInProblem::ALL {
            assert_eq!(SignInProblem::parse(problem.code()), Some(problem));
        }
        assert_eq!(SignInProblem::parse("<b>"), None);
    }
}
