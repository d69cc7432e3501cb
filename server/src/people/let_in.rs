//! From what a reverse proxy or a provider says of somebody to a person who is let in.
//!
//! It must not know how they came to say so.

use std::net::IpAddr;

use lastmile_protocol::{AuthMode, Person, PersonId, SignInProblem};
use serde_json::json;

use super::{People, SignInError};
use crate::audit::Deed;
use crate::config::Admit;
use crate::store::{Kept, KnownPerson, StoreError};

/// Longest id and name, in characters; longer ones are refused, or cut.
const LONGEST: usize = 100;

/// What somebody else says of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What they call the person.
    pub user: String,
    /// The person's name.
    pub name: Option<String>,
    /// Their groups.
    pub groups: Vec<String>,
    /// What they call the account, where that never changes.
    pub account: Option<String>,
}

/// A request does not say who sends it, in mode `proxy`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unforwarded {
    /// The mode is off.
    #[error("no reverse proxy signs people in here")]
    Off,
    /// It came past the proxy.
    #[error(
        "This request did not come from the reverse proxy that signs people in but from {0}, so no header of it is believed. Open Lastmile at the proxy's address; if you did, {0} must be added to [auth.proxy] from."
    )]
    NotTheProxy(IpAddr),
    /// It does not have the header.
    #[error(
        "The reverse proxy did not say who you are: its request has no header `{0}`. Whoever runs the proxy can make it send one, or write the one that it sends into [auth.proxy] user."
    )]
    Missing(String),
    /// It has the header more than once.
    #[error(
        "The reverse proxy sent the header `{0}` more than once, so nobody can tell which one it vouches for. It must replace what a browser sends, not add to it."
    )]
    Twice(String),
    /// The header is no text.
    #[error("The reverse proxy sent a header `{0}` that is no UTF-8 text.")]
    Unreadable(String),
}

/// An id as somebody else writes it: in lower case, since most directories take `Zoe` for `zoe`, and two ids for one person would
/// let them agree to their own requests.
#[must_use]
pub fn id_of(text: &str) -> Option<PersonId> {
    let id = text.to_lowercase();
    (id.chars().count() <= LONGEST && is_plain(&id)).then_some(PersonId(id))
}

/// Whether an id can be written everywhere: in addresses, lists and policies.
pub(super) fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || "._-@+".contains(c))
}

/// Where people of that way to sign in are known from.
pub(super) fn source_of(how: AuthMode) -> &'static str {
    if how == AuthMode::Oidc { "oidc" } else { "proxy" }
}

impl People {
    /// Records what is said of somebody and gives who that is here, if they may come in.
    ///
    /// # Errors
    /// If they may not, or the record can't be read or written.
    pub(super) async fn let_in(&self, how: AuthMode, told: Told) -> Result<Person, SignInError> {
        let Some(admission) = self.config.auth.admission(how) else { return Err(SignInError::Refused) };
        let Some(id) = id_of(&told.user) else {
            return Err(self.turned_away(how, "", SignInProblem::Unnamed, "its name can't be used").await?);
        };
        let groups = admission.meaningful(told.groups);
        let is_in_a_team = !admission.teams_of(&groups).is_empty();
        let may = admission.admit == Admit::Everybody || is_in_a_team || self.is_expected(&id).await?;
        let (source, now) = (source_of(how), self.clock.now());
        if !may {
            // Whoever was let in before and has lost their groups must not count as somebody who could agree.
            self.store.forget_person(&id, source, told.account.as_deref(), now).await?;
            self.look().await?;
            let why = "neither known nor in a group that makes a team";
            return Err(self.turned_away(how, id.as_str(), SignInProblem::NotAdmitted, why).await?);
        }
        let person = Person { id: id.clone(), name: name_of(told.name, &id), teams: Vec::new() };
        let detail =
            json!({ "source": source, "account": told.account, "name": person.name, "groups": groups });
        let known = KnownPerson { person, source: source.to_owned(), account: told.account, groups };
        let kept = self.store.keep_person(&known, Deed::by(&id, "person.told", detail), now).await?;
        if kept == Kept::Taken {
            let why = "the name belongs to another account, or the account to another name";
            return Err(self.turned_away(how, id.as_str(), SignInProblem::Taken, why).await?);
        }
        self.look().await?;
        self.directory.now().person(&id).cloned().ok_or(SignInError::Refused)
    }

    /// Whether somebody here has named them.
    async fn is_expected(&self, id: &PersonId) -> Result<bool, StoreError> {
        if self.config.people.contains_key(id) {
            return Ok(true);
        }
        let recorded = self.store.people().await?.people;
        Ok(recorded.iter().any(|known| known.person.id == *id && known.source == super::command::SOURCE))
    }
}

fn name_of(told: Option<String>, id: &PersonId) -> String {
    let name: String = told.unwrap_or_default().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let name = name.trim();
    if name.is_empty() { id.0.clone() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_whatever_its_case_and_holds_nothing_that_could_be_two() {
        assert_eq!(id_of("Zoe.Young@Example.org"), Some(PersonId::from("zoe.young@example.org")));
        for wrong in ["", " zoe", "zoe,ann", "zoe ann", "a/b", "a:b", "<b>", "zoe\u{202e}", &"x".repeat(101)]
        {
            assert_eq!(id_of(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn somebody_without_a_name_is_called_by_their_id() {
        let id = PersonId::from("zoe");
        assert_eq!(name_of(None, &id), "zoe");
        assert_eq!(name_of(Some(" \n".to_owned()), &id), "zoe");
        assert_eq!(name_of(Some("Zoe\u{7} Young ".to_owned()), &id), "Zoe Young");
    }
}
