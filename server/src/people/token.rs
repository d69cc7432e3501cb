//! API tokens: a program proves with one that it acts in somebody's name.
//!
//! The record holds the SHA-256 of a token. That is enough, and Argon2 would add nothing: a slow hash protects what people
//! choose, because that can be guessed; nobody guesses 256 random bits, however fast the hash, and each request needs one.

pub mod command;
mod text;

use lastmile_protocol::{
    MadeToken, Millis, NewToken, Person, PersonId, SecretText, Token, TokenId, TokenScope, TokenState, Tokens,
};
use lastmile_runbook::digest::sha256_hex;
use serde_json::json;

use super::{Caller, InPerson, People, Proven};
use crate::audit::Deed;
use crate::clock::{NoRandomness, random_bytes};
use crate::config::TokenRules;
use crate::store::StoreError;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Ended ones are listed for so long.
const LISTED_MS: i64 = 30 * DAY_MS;
/// That a token is used is noted so often at most, in milliseconds.
const NOTED_EVERY_MS: i64 = 10 * 60_000;
/// So many of one person hold at once: more are lost sight of.
const MOST_LIVE: i64 = 50;
/// Characters of a name.
const MAX_NAME: usize = 60;

/// A token proves nothing, and why. Whoever shows a real one is told; whoever makes one up learns nothing.
#[derive(Debug, thiserror::Error)]
pub enum BadToken {
    /// It is no token of this server.
    #[error("This server knows no such token. Check that all of it was copied, or make a new one.")]
    Unknown,
    /// Its time is over.
    #[error("This token has expired. Make a new one.")]
    Expired(TokenId, PersonId),
    /// It was revoked.
    #[error("This token was revoked. Make a new one.")]
    Revoked(TokenId, PersonId),
    /// Whoever made it is not there any more.
    #[error(
        "Whoever made this token is not there any more, so it is good for nothing. Somebody else must make a new one."
    )]
    OwnerGone(TokenId, PersonId),
}

/// No token was made, and why.
#[derive(Debug, thiserror::Error)]
pub enum TokenRefused {
    /// What was asked for is not as it must be: the field, and what is wrong with it.
    #[error("{1}")]
    Field(&'static str, String),
    /// There are enough.
    #[error(
        "You have {MOST_LIVE} tokens that hold. Revoke one that nothing uses any more, then make a new one."
    )]
    Enough,
    /// It can't be recorded.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It can't be made.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

/// A token's text and what is kept of it.
pub(super) struct Minted {
    token: Token,
    text: String,
}

impl Minted {
    /// # Errors
    /// What is wrong with the request.
    fn new(owner: PersonId, asked: &NewToken, rules: TokenRules, now: Millis) -> Result<Self, TokenRefused> {
        let name = label("name", &asked.name)?;
        let name =
            name.ok_or_else(|| TokenRefused::Field("name", "Give it a name that says what for.".to_owned()))?;
        let service = label("service", asked.service.as_deref().unwrap_or_default())?;
        if asked.scope == TokenScope::Unknown {
            return Err(TokenRefused::Field("scope", "The scope must be read or run.".to_owned()));
        }
        let expires = Millis(now.0.saturating_add(rules.lifetime_ms(asked.days)?));
        let id: String = random_bytes::<6>()?.iter().map(|byte| format!("{byte:02x}")).collect();
        let id = TokenId(format!("tok-{id}"));
        let (scope, made) = (asked.scope, now);
        let token = Token { id, name, owner, service, scope, made, expires, used: None, revoked: None };
        Ok(Self { token, text: text::new()? })
    }

    fn digest(&self) -> String {
        sha256_hex(self.text.as_bytes())
    }

    /// What the audit record keeps. Never the text.
    fn account(&self) -> serde_json::Value {
        let token = &self.token;
        json!({
            "token": token.id, "owner": token.owner, "name": token.name, "service": token.service,
            "scope": token.scope, "expires": token.expires,
        })
    }
}

impl TokenRules {
    /// How long a token of so many days holds, in milliseconds.
    fn lifetime_ms(self, days: Option<u32>) -> Result<i64, TokenRefused> {
        let Some(days) = days else { return Ok(self.default_ms) };
        let asked = i64::from(days).saturating_mul(DAY_MS);
        if asked == 0 || asked > self.longest_ms {
            let most = in_days(self.longest_ms);
            return Err(TokenRefused::Field("days", format!("A token holds 1 to {most} days here.")));
        }
        Ok(asked)
    }
}

fn in_days(ms: i64) -> u32 {
    u32::try_from(ms / DAY_MS).unwrap_or(u32::MAX)
}

/// A name that people read in lists: short, on one line, and not only blank.
fn label(field: &'static str, typed: &str) -> Result<Option<String>, TokenRefused> {
    let typed = typed.trim();
    if typed.chars().count() > MAX_NAME || typed.chars().any(char::is_control) {
        let message = format!("Use at most {MAX_NAME} characters on one line.");
        return Err(TokenRefused::Field(field, message));
    }
    Ok((!typed.is_empty()).then(|| typed.to_owned()))
}

impl People {
    /// Makes a token that acts in its maker's name.
    ///
    /// # Errors
    /// If the request is not as it must be, there are enough, or it can't be recorded.
    pub async fn make_token(&self, by: &InPerson, asked: &NewToken) -> Result<MadeToken, TokenRefused> {
        let made = self.record_token(by, asked).await;
        if let Err(why @ (TokenRefused::Field(..) | TokenRefused::Enough)) = &made {
            self.note_refused(by, "token.make", &json!({ "scope": asked.scope }), &why.to_string()).await?;
        }
        made
    }

    async fn record_token(&self, by: &InPerson, asked: &NewToken) -> Result<MadeToken, TokenRefused> {
        let owner = &by.person().id;
        let minted = Minted::new(owner.clone(), asked, self.config.auth.tokens, self.clock.now())?;
        let deed = Deed::by(owner, "token.made", minted.account());
        if !self.store.add_token(&minted.token, &minted.digest(), MOST_LIVE, deed).await? {
            return Err(TokenRefused::Enough);
        }
        Ok(MadeToken { token: minted.token, secret: SecretText(minted.text) })
    }

    /// Somebody's own tokens.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn tokens(&self, of: &InPerson) -> Result<Tokens, StoreError> {
        let since = Millis(self.clock.now().0 - LISTED_MS);
        let rules = self.config.auth.tokens;
        Ok(Tokens {
            tokens: self.store.tokens(Some(&of.person().id), since).await?,
            default_days: in_days(rules.default_ms),
            longest_days: in_days(rules.longest_ms),
        })
    }

    /// Revokes one of somebody's own tokens: it proves nothing from the next request on. Gives whether they have such a one.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn revoke_token(&self, by: &InPerson, id: &TokenId) -> Result<bool, StoreError> {
        let owner = &by.person().id;
        let deed = Deed::by(owner, "token.revoked", json!({ "token": id, "owner": owner }));
        let has_it = self.store.revoke_token(id, Some(owner), deed, self.clock.now()).await?;
        if !has_it {
            let named: String = id.as_str().chars().take(MAX_NAME).collect();
            self.note_refused(by, "token.revoke", &json!({ "token": named }), "They have no such token.")
                .await?;
        }
        Ok(has_it)
    }

    /// Notes what was refused to somebody who asked for it themselves.
    async fn note_refused(
        &self,
        by: &InPerson,
        asked: &str,
        detail: &serde_json::Value,
        why: &str,
    ) -> Result<(), StoreError> {
        let detail = json!({ "asked": asked, "detail": detail, "why": why });
        self.store.note(Deed::by(&by.person().id, "refused", detail), self.clock.now()).await
    }

    /// Who acts through a token of that text, and what it may be used for.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn by_token(&self, text: &str) -> Result<Result<(Caller, TokenScope), BadToken>, StoreError> {
        let (token, person) = match self.look_token_up(text).await? {
            Ok(found) => found,
            Err(bad) => return Ok(Err(bad)),
        };
        self.note_token_use(&token);
        Ok(Ok((through(person, &token), token.scope)))
    }

    /// Whether a token still holds. Asking that is no use of it.
    pub(super) async fn still_by_token(&self, text: &str) -> Result<Option<Caller>, StoreError> {
        let found = self.look_token_up(text).await?;
        Ok(found.ok().map(|(token, person)| through(person, &token)))
    }

    async fn look_token_up(&self, text: &str) -> Result<Result<(Token, Person), BadToken>, StoreError> {
        if !text::is_whole(text) {
            return Ok(Err(BadToken::Unknown));
        }
        let Some(found) = self.store.token(&sha256_hex(text.as_bytes())).await? else {
            return Ok(Err(BadToken::Unknown));
        };
        let Token { id, owner, .. } = &found.token;
        let (id, owner) = (id.clone(), owner.clone());
        match found.token.state(self.clock.now()) {
            TokenState::Expired => return Ok(Err(BadToken::Expired(id, owner))),
            TokenState::Revoked => return Ok(Err(BadToken::Revoked(id, owner))),
            TokenState::Live => {}
        }
        self.follow(found.people_version).await?;
        // Looked up at each use: the rights are the owner's of this moment.
        let person = self.directory.now().person(&owner).cloned();
        Ok(person.map(|person| (found.token, person)).ok_or(BadToken::OwnerGone(id, owner)))
    }

    /// Notes that a token was refused. `asked`: what for.
    ///
    /// # Errors
    /// If it can't be written.
    pub async fn note_refused_token(
        &self,
        token: Option<(&TokenId, &PersonId)>,
        asked: &str,
        why: &str,
    ) -> Result<(), StoreError> {
        let detail = json!({ "asked": asked, "why": why });
        let deed = match token {
            Some((id, owner)) => Deed::by(owner, "refused", detail).through(Some(id)),
            None => Deed::of_server("refused", detail),
        };
        self.store.note(deed, self.clock.now()).await
    }

    /// Nobody waits for that.
    fn note_token_use(&self, token: &Token) {
        let now = self.clock.now();
        if token.used.is_some_and(|used| now.0 - used.0 < NOTED_EVERY_MS) {
            return;
        }
        let (store, id) = (self.store.clone(), token.id.clone());
        tokio::spawn(async move {
            if let Err(error) = store.touch_token(&id, now).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "the use of a token can't be noted");
            }
        });
    }
}

impl BadToken {
    /// The token that was real once, and whose it is.
    #[must_use]
    pub fn whose(&self) -> Option<(&TokenId, &PersonId)> {
        match self {
            Self::Unknown => None,
            Self::Expired(id, owner) | Self::Revoked(id, owner) | Self::OwnerGone(id, owner) => {
                Some((id, owner))
            }
        }
    }
}

fn through(person: Person, token: &Token) -> Caller {
    let Token { id, name, service, .. } = token;
    let token = lastmile_protocol::UsedToken { id: id.clone(), name: name.clone(), service: service.clone() };
    Caller { person, proven: Proven::Token(token) }
}
