//! `lastmile user add | passwd | remove | list`: people with a password, beside a running server or without one.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use lastmile_protocol::{Person, PersonId, TeamName};
use serde_json::json;

use super::let_in::is_plain;
use super::{known, password};
use crate::audit::Deed;
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, Overrides};
use crate::store::{KnownPerson, Store};

/// Exit code for a command that could not do its work: as clap ends with, too.
const UNUSABLE: u8 = 2;
/// Where people of this command are known from.
pub(super) const SOURCE: &str = "user";

/// What can be done about people with a password.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add somebody who signs in with a password, which is asked for (or read from standard input)
    Add {
        /// Their id: what they type to sign in, and what policies call them
        id: String,
        /// Their name, as others see it [default: that of the config, else the id]
        #[arg(long)]
        name: Option<String>,
        /// A team of the config; may be given more than once. Teams of the config's [people] add up with these
        #[arg(long = "team", value_name = "TEAM")]
        teams: Vec<String>,
        /// Where.
        #[command(flatten)]
        place: Place,
    },
    /// Set somebody's password anew, and end their sessions
    Passwd {
        /// Who
        id: String,
        /// Where.
        #[command(flatten)]
        place: Place,
    },
    /// Forget somebody: teams given by `add`, password, sessions and tokens. What they did stays recorded
    Remove {
        /// Who
        id: String,
        /// Where.
        #[command(flatten)]
        place: Place,
    },
    /// Print everybody who is known, with teams and where they are known from
    List {
        /// Where.
        #[command(flatten)]
        place: Place,
    },
}

/// Config and record.
#[derive(Args, Debug)]
pub struct Place {
    /// Config file (TOML)
    #[arg(long, env = "LASTMILE_CONFIG")]
    config: Option<PathBuf>,
    /// Folder of everything recorded [default: that of the config]
    #[arg(long, env = "LASTMILE_DATA")]
    data: Option<PathBuf>,
}

impl Place {
    /// # Errors
    /// If the config is refused or the record can't be opened.
    pub(super) async fn open(self) -> anyhow::Result<(Config, Store)> {
        let overrides = Overrides { data: self.data, ..Overrides::default() };
        let config = Config::load(self.config.as_deref(), overrides)?;
        let data = &config.data;
        std::fs::create_dir_all(data).with_context(|| format!("{} can't be made", data.display()))?;
        let store = Store::open(data).await?;
        Ok((config, store))
    }
}

impl Command {
    /// Does it, and gives the exit code.
    #[must_use]
    pub fn run(self) -> ExitCode {
        done(self.perform())
    }

    async fn perform(self) -> anyhow::Result<()> {
        match self {
            Self::Add { id, name, teams, place } => {
                let (config, store) = place.open().await?;
                add(&config, &store, PersonId(id), name, teams).await?;
                store.close().await;
            }
            Self::Passwd { id, place } => {
                let (config, store) = place.open().await?;
                let id = PersonId(id);
                ensure!(is_known(&config, &store, &id).await?, "there is nobody with the id `{id}`");
                set_password(&store, &id, "user.password").await?;
                store.close().await;
                println!("{id} has a new password, and is signed out everywhere.");
            }
            Self::Remove { id, place } => {
                let (config, store) = place.open().await?;
                remove(&config, &store, &PersonId(id)).await?;
                store.close().await;
            }
            Self::List { place } => {
                let (config, store) = place.open().await?;
                list(&config, &store).await?;
                store.close().await;
            }
        }
        Ok(())
    }
}

/// Waits for a command's work, and gives its exit code.
pub(super) fn done(work: impl Future<Output = anyhow::Result<()>>) -> ExitCode {
    let done = tokio::runtime::Runtime::new().map_err(Into::into).and_then(|it| it.block_on(work));
    done.map_or_else(
        |error: anyhow::Error| {
            eprintln!("lastmile: {error:#}");
            ExitCode::from(UNUSABLE)
        },
        |()| ExitCode::SUCCESS,
    )
}

async fn add(
    config: &Config,
    store: &Store,
    id: PersonId,
    name: Option<String>,
    teams: Vec<String>,
) -> anyhow::Result<()> {
    ensure!(is_plain(id.as_str()), "an id has letters, digits and . _ - @ + only");
    ensure!(
        store.password(&id).await?.is_none(),
        "{id} is there already; `lastmile user passwd` sets a new password"
    );
    let teams: Vec<TeamName> = teams.into_iter().map(TeamName).collect();
    if let Some(team) = teams.iter().find(|team| !config.teams.contains_key(*team)) {
        bail!("the config has no team `{team}`");
    }
    let of_config = config.people.get(&id);
    if of_config.is_none() || name.is_some() || !teams.is_empty() {
        let name = name.or_else(|| of_config.map(|person| person.name.clone()));
        let person = Person { name: name.unwrap_or_else(|| id.0.clone()), id: id.clone(), teams };
        let by = deed("user.added", &json!({ "person": person }));
        let known = KnownPerson { person, source: SOURCE.to_owned(), account: None, groups: Vec::new() };
        set_password(store, &id, "user.password").await?;
        store.keep_person(&known, by, SystemClock.now()).await?;
    } else {
        set_password(store, &id, "user.password").await?;
    }
    println!("{id} can sign in with this password.");
    if !config.auth.modes.contains(&lastmile_protocol::AuthMode::Password) {
        println!("[auth] modes of the config does not have \"password\" yet.");
    }
    Ok(())
}

async fn set_password(store: &Store, id: &PersonId, did: &str) -> anyhow::Result<()> {
    let hash = password::hash(&ask_password()?)?;
    let by = deed(did, &json!({ "person": id }));
    Ok(store.set_password(id, &hash, by, SystemClock.now()).await?)
}

async fn is_known(config: &Config, store: &Store, id: &PersonId) -> anyhow::Result<bool> {
    let recorded = store.people().await?.people.iter().any(|known| known.person.id == *id);
    Ok(recorded || config.people.contains_key(id) || store.password(id).await?.is_some())
}

async fn remove(config: &Config, store: &Store, id: &PersonId) -> anyhow::Result<()> {
    let by = deed("user.removed", &json!({ "person": id }));
    let removed = store.remove_person(id, by, SystemClock.now()).await?;
    let of_config = config.people.contains_key(id);
    ensure!(removed || of_config, "there is nobody with the id `{id}`");
    if of_config {
        println!("{id} stands in the config, and stays there: take them out of [people], too.");
    } else {
        println!("{id} is gone.");
    }
    Ok(())
}

async fn list(config: &Config, store: &Store) -> anyhow::Result<()> {
    let known = store.people().await?.people;
    let with_password = store.with_password().await?;
    let mut out = io::stdout().lock();
    let line = |person: &Person, from: &str| {
        let teams: Vec<_> = person.teams.iter().map(TeamName::as_str).collect();
        let password = if with_password.contains(&person.id) { "password" } else { "-" };
        format!("{:<20} {:<24} {:<8} {:<9} {}", person.id, person.name, from, password, teams.join(","))
    };
    for person in config.people.values() {
        writeln!(out, "{}", line(person, "config"))?;
    }
    for known in known {
        let source = known.source.clone();
        // Who came by a way that is off now is nobody until that is on again.
        if let Some(person) = known::person_of(config, known) {
            writeln!(out, "{}", line(&person, &source))?;
        }
    }
    Ok(())
}

/// What the audit record keeps: who may write the record may do this, so the system's user is named.
pub(super) fn deed(did: &str, detail: &serde_json::Value) -> Deed {
    let user = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER")).unwrap_or_default();
    Deed::of_server(did, json!({ "command": detail, "system_user": user }))
}

fn ask_password() -> anyhow::Result<String> {
    let input = io::stdin();
    if !input.is_terminal() {
        let mut line = String::new();
        input.lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let first = ask_unseen("Password: ")?;
    ensure!(first == ask_unseen("Again: ")?, "the two are not the same");
    Ok(first)
}

/// Reads a line of the terminal without showing it.
fn ask_unseen(prompt: &str) -> anyhow::Result<String> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    eprint!("{prompt}");
    let input = io::stdin();
    let before = tcgetattr(&input)?;
    let mut unseen = before.clone();
    unseen.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&input, OptionalActions::Flush, &unseen)?;
    let mut line = String::new();
    let read = input.lock().read_line(&mut line);
    tcsetattr(&input, OptionalActions::Flush, &before)?;
    eprintln!();
    read?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
