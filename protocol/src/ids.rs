//! Ids and times.

use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub i64);

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

text_id!(
    /// A run: a UUID version 7, so that ids sort by time and can't be guessed.
    RunId
);
text_id!(
    /// A request of several runs: a UUID version 7, as a run's is.
    BatchId
);
text_id!(
    /// A runbook: its path below the runbook folder, without `.md`.
    Slug
);
text_id!(
    /// A SHA-256 as 64 lower-case hex digits.
    Digest
);
text_id!(
    /// An API token: its public name, which proves nothing.
    TokenId
);
text_id!(
    /// A person, as the config or the identity provider names them.
    PersonId
);
text_id!(
    /// A team's name.
    TeamName
);
