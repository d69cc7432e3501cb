//! `lastmile token add | list | revoke`: anybody's API tokens, beside a running server or without one.
//!
//! Whoever may write the record may manage people, and so their tokens.

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::{bail, ensure};
use clap::{Subcommand, ValueEnum};
use lastmile_protocol::{Millis, NewToken, PersonId, Token, TokenId, TokenScope, TokenState};
use serde_json::json;

use super::{MOST_LIVE, Minted};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::people::command::{Place, deed, done};
use crate::store::Store;

/// What can be done about API tokens.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a token that acts in somebody's name; it is printed once, alone on standard output
    Add {
        /// Whose: it has their rights, and ends with them
        owner: PersonId,
        /// What to call it
        name: String,
        /// What it may be used for
        #[arg(long, value_enum, default_value_t = Scope::Read)]
        scope: Scope,
        /// Days that it holds [default: that of the config, else 30]
        #[arg(long)]
        days: Option<u32>,
        /// The program that will use it, if it is not the owner's own
        #[arg(long, value_name = "NAME")]
        service: Option<String>,
        /// Where.
        #[command(flatten)]
        place: Place,
    },
    /// Print all tokens, or somebody's: never what proves them
    List {
        /// Whose
        owner: Option<PersonId>,
        /// Where.
        #[command(flatten)]
        place: Place,
    },
    /// Revoke a token: a running server refuses it from the next request on
    Revoke {
        /// Its id, as `list` prints it
        id: TokenId,
        /// Where.
        #[command(flatten)]
        place: Place,
    },
}

/// What a token may be used for.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum Scope {
    /// Look at runbooks, runs, logs and events
    Read,
    /// Also ask for runs, start and cancel them
    Run,
}

impl Command {
    /// Does it, and gives the exit code.
    #[must_use]
    pub fn run(self) -> ExitCode {
        done(self.perform())
    }

    async fn perform(self) -> anyhow::Result<()> {
        match self {
            Self::Add { owner, name, scope, days, service, place } => {
                let (config, store) = place.open().await?;
                let scope = match scope {
                    Scope::Read => TokenScope::Read,
                    Scope::Run => TokenScope::Run,
                };
                add(&config, &store, owner, &NewToken { name, service, scope, days }).await?;
                store.close().await;
            }
            Self::List { owner, place } => {
                let (_, store) = place.open().await?;
                let all = store.tokens(owner.as_ref(), Millis(0)).await?;
                print(&all, SystemClock.now())?;
                store.close().await;
            }
            Self::Revoke { id, place } => {
                let (_, store) = place.open().await?;
                let by = deed("token.revoked", &json!({ "token": id }));
                let found = store.revoke_token(&id, None, by, SystemClock.now()).await?;
                store.close().await;
                ensure!(found, "there is no token `{id}`; `lastmile token list` prints them");
                println!("{id} is good for nothing any more.");
            }
        }
        Ok(())
    }
}

async fn add(config: &Config, store: &Store, owner: PersonId, asked: &NewToken) -> anyhow::Result<()> {
    let known = config.people.contains_key(&owner)
        || store.people().await?.people.iter().any(|known| known.person.id == owner);
    ensure!(known, "there is nobody with the id `{owner}`; `lastmile user list` prints everybody");
    let minted = Minted::new(owner, asked, config.auth.tokens, SystemClock.now())?;
    let by = deed("token.made", &minted.account());
    if !store.add_token(&minted.token, &minted.digest(), MOST_LIVE, by).await? {
        bail!("{} has {MOST_LIVE} tokens that hold; revoke one first", minted.token.owner);
    }
    let Minted { token, text } = minted;
    eprintln!(
        "{} acts in the name of {}, scope {}, until {}. This is all of it, shown once:",
        token.id,
        token.owner,
        token.scope.as_str(),
        when(token.expires)
    );
    println!("{text}");
    Ok(())
}

fn print(all: &[Token], now: Millis) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for token in all {
        let state = match token.state(now) {
            TokenState::Live => "holds",
            TokenState::Expired => "expired",
            TokenState::Revoked => "revoked",
        };
        let used = token.used.map_or_else(|| "never used".to_owned(), |at| format!("used {}", when(at)));
        let service = token.service.as_ref().map(|name| format!(" for {name}")).unwrap_or_default();
        writeln!(
            out,
            "{:<17} {:<16} {:<5} {state:<8} until {}  {used}  {}{service}",
            token.id,
            token.owner,
            token.scope.as_str(),
            when(token.expires),
            token.name
        )?;
    }
    Ok(())
}

/// To the minute, in UTC.
fn when(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .map_or_else(|_| at.0.to_string(), |at| at.strftime("%Y-%m-%d %H:%MZ").to_string())
}
