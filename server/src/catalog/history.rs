//! What git knows of a runbook's file: who changed it, when, and how it was.
//!
//! A folder that is no checkout, and a machine without git, are no errors: the answer says so.

mod git;

use std::path::{Path, PathBuf};

use lastmile_protocol::{Commit, Digest, History, HistorySource, Millis, Slug};
use lastmile_runbook::digest::sha256_hex;

use self::git::{Git, GitError};
use super::Catalog;

/// Commits of one answer.
const PAGE: usize = 50;

impl Catalog {
    /// The commits that changed a runbook's file, newest first, from number `skip` on.
    pub async fn history(&self, slug: &Slug, skip: usize) -> History {
        let none = |source| History { source, commits: Vec::new(), more: false, uncommitted: false };
        let Some(checkout) = Checkout::around(self.root()) else { return none(HistorySource::NoCheckout) };
        let file = checkout.file_of(slug);
        match checkout.commits(&file, skip).await {
            Ok((commits, more)) => {
                let newest = commits.first().filter(|_| skip == 0);
                let uncommitted = match newest {
                    Some(newest) => self.differs(slug, &checkout, &newest.id).await,
                    None => skip == 0,
                };
                History { source: HistorySource::Git, commits, more, uncommitted }
            }
            Err(GitError::NotInstalled) => none(HistorySource::NoGit),
            Err(error) => {
                tracing::warn!(%error, %slug, "the history can't be read");
                none(HistorySource::Failed)
            }
        }
    }

    /// The text that a runbook had in a commit; `None` if there is no such commit, or it had no such file.
    pub async fn at_commit(&self, slug: &Slug, commit: &CommitId) -> Option<String> {
        let checkout = Checkout::around(self.root())?;
        let bytes = checkout.bytes(&checkout.file_of(slug), &commit.0).await.ok()?;
        String::from_utf8(bytes).ok()
    }

    async fn differs(&self, slug: &Slug, checkout: &Checkout, commit: &str) -> bool {
        let Ok(bytes) = checkout.bytes(&checkout.file_of(slug), commit).await else { return false };
        self.get(slug).is_some_and(|entry| entry.revision != Digest(sha256_hex(&bytes)))
    }
}

/// A full commit id, checked: nothing else is ever handed to git as a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitId(String);

impl CommitId {
    /// Reads 40 hexadecimal digits, small ones.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 40 && text.bytes().all(hex)).then(|| Self(text.to_owned()))
    }
}

/// The checkout that the runbook folder is, or is a part of.
struct Checkout {
    git: Git,
    /// The runbook folder below the checkout's top; empty, or ends with `/`.
    prefix: String,
}

impl Checkout {
    fn around(root: &Path) -> Option<Self> {
        let root = root.canonicalize().ok()?;
        let top: PathBuf = root.ancestors().find(|folder| folder.join(".git").exists())?.to_owned();
        let below = root.strip_prefix(&top).ok()?.to_str()?;
        let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
        Some(Self { git: Git::new(top), prefix })
    }

    fn file_of(&self, slug: &Slug) -> String {
        format!("{}{slug}.md", self.prefix)
    }

    async fn commits(&self, file: &str, skip: usize) -> Result<(Vec<Commit>, bool), GitError> {
        let (count, skip) = (format!("--max-count={}", PAGE + 1), format!("--skip={skip}"));
        // Fields end with a line end, commits with NUL: neither can stand in a name or a subject.
        let format = "--format=tformat:%H%n%at%n%an%n%s";
        let log = ["log", "-z", "--no-show-signature", "--encoding=UTF-8", &count, &skip, format, "--", file];
        let told = match self.git.run(&log).await {
            // A checkout without any commit.
            Err(GitError::Refused(why)) if why.contains("does not have any commits") => Vec::new(),
            other => other?,
        };
        let told = String::from_utf8_lossy(&told);
        let mut commits: Vec<Commit> = told.split('\0').filter_map(commit).collect();
        let more = commits.len() > PAGE;
        commits.truncate(PAGE);
        Ok((commits, more))
    }

    async fn bytes(&self, file: &str, commit: &str) -> Result<Vec<u8>, GitError> {
        self.git.run(&["cat-file", "blob", &format!("{commit}:{file}")]).await
    }
}

fn commit(told: &str) -> Option<Commit> {
    let mut fields = told.splitn(4, '\n');
    let (id, at, author, subject) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let seconds: i64 = at.parse().ok()?;
    Some(Commit {
        id: id.to_owned(),
        at: Millis(seconds.saturating_mul(1000)),
        author: author.to_owned(),
        subject: subject.trim_end().to_owned(),
    })
}

#[cfg(test)]
mod tests;
