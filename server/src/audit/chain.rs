//! How entries hang together: each hash is taken of the hash before and the entry's own bytes.
//!
//! Whoever can write the database can also compute the whole chain anew. Only a head that was kept elsewhere shows that.

use std::fmt;
use std::str::FromStr;

use lastmile_runbook::digest::sha256_hex;

use super::Entry;

/// First line of what is hashed, so that nothing else has such a hash.
const DOMAIN: &str = "lastmile audit 1";

/// Where a chain ends: enough to tell it from every other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last entry's number; 0: there is none.
    pub seq: u64,
    /// The last entry's hash.
    pub hash: String,
}

impl Head {
    /// The head of an empty chain.
    #[must_use]
    pub fn empty() -> Self {
        Self { seq: 0, hash: "0".repeat(64) }
    }

    /// The head after one more entry of these bytes.
    #[must_use]
    pub fn after(&self, bytes: &[u8]) -> Self {
        let mut hashed = format!("{DOMAIN}\n{}\n{}\n", self.hash, bytes.len()).into_bytes();
        hashed.extend(bytes);
        Self { seq: self.seq + 1, hash: sha256_hex(&hashed) }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

/// A text is no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a head is written like 12:0f3a…, as `lastmile audit head` prints it")]
pub struct NotAHead;

impl FromStr for Head {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (seq, hash) = text.trim().split_once(':').ok_or(NotAHead)?;
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let seq = seq.parse().map_err(|_| NotAHead)?;
        if is_hash { Ok(Self { seq, hash: hash.to_lowercase() }) } else { Err(NotAHead) }
    }
}

/// An entry as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its number.
    pub seq: i64,
    /// The entry's bytes.
    pub entry: Vec<u8>,
    /// Its hash.
    pub hash: String,
}

/// What is wrong with a record, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry is missing, doubled or in another place.
    #[error("entry {expected} is missing: {found} stands there")]
    Missing {
        /// The number that should come.
        expected: u64,
        /// The one that does.
        found: i64,
    },
    /// An entry is not what was written.
    #[error("entry {0} was changed: its hash is another")]
    Changed(u64),
    /// The chain does not end where it should.
    #[error("the record ends at {found}, and should at {expected}: entries were cut off, or written anew")]
    Ends {
        /// Where it should end.
        expected: String,
        /// Where it does.
        found: String,
    },
    /// The index by which entries are found says other than the entry, so the app may not show it.
    #[error(
        "entry {0} holds, but it is filed under something else, so it is not found: the index was changed"
    )]
    Misfiled(u64),
    /// The chain does not contain the head that was kept.
    #[error("the record is another one than when {0} was its head: it was written anew")]
    Rewritten(String),
}

/// A chain that is being verified, entry by entry.
#[derive(Clone, Debug)]
pub struct Chain {
    head: Head,
    /// Heads that were kept elsewhere, until they are met; the next one is last.
    kept: Vec<Head>,
}

impl Chain {
    /// At its beginning; `kept`: heads that it must contain, in any order.
    #[must_use]
    pub fn new(kept: impl IntoIterator<Item = Head>) -> Self {
        // Everything begins with the empty chain.
        let mut kept: Vec<Head> = kept.into_iter().filter(|kept| *kept != Head::empty()).collect();
        kept.sort_by_key(|kept| std::cmp::Reverse(kept.seq));
        Self { head: Head::empty(), kept }
    }

    /// The next entry.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn next(&mut self, link: &Link) -> Result<(), Broken> {
        let next = self.head.after(&link.entry);
        if u64::try_from(link.seq) != Ok(next.seq) {
            return Err(Broken::Missing { expected: next.seq, found: link.seq });
        }
        let own = serde_json::from_slice::<Entry>(&link.entry).map(|entry| entry.seq);
        if next.hash != link.hash || !own.is_ok_and(|seq| seq == next.seq) {
            return Err(Broken::Changed(next.seq));
        }
        // Of one number too: two heads that contradict each other can't both hold.
        while let Some(kept) = self.kept.pop_if(|kept| kept.seq <= next.seq) {
            if kept != next {
                return Err(Broken::Rewritten(kept.to_string()));
            }
        }
        self.head = next;
        Ok(())
    }

    /// The end; `recorded`: where the record itself says that it ends.
    ///
    /// # Errors
    /// If it ends elsewhere, or before the head that was kept.
    pub fn end(self, recorded: &Head) -> Result<Head, Broken> {
        let found = self.head.to_string();
        if self.head != *recorded {
            return Err(Broken::Ends { expected: recorded.to_string(), found });
        }
        match self.kept.last() {
            Some(kept) => Err(Broken::Ends { expected: kept.to_string(), found }),
            None => Ok(self.head),
        }
    }
}
