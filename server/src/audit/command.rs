//! `lastmile audit verify | head | export | key | checkpoint`: the audit record, looked at from outside the server.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use clap::{Args, Subcommand};

use super::checkpoint::{self, Checkpoint, Forged};
use super::export::utc;
use super::key::{PublicKey, SigningKey};
use super::{Broken, Head, Link};
use crate::clock::{Clock as _, SystemClock};
use crate::store::Store;

/// Exit code for a command that could not do its work: as clap ends with, too.
const UNUSABLE: u8 = 2;

/// What can be asked of the audit record.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say whether every entry is there, unchanged and in its place; ends with 1 if not
    Verify {
        /// The folder
        #[command(flatten)]
        data: DataFolder,
        /// What was kept elsewhere
        #[command(flatten)]
        kept: Kept,
    },
    /// Print where the record ends, to be kept elsewhere
    Head {
        /// The folder
        #[command(flatten)]
        data: DataFolder,
    },
    /// Print every entry as a line of JSON
    Export {
        /// The folder
        #[command(flatten)]
        data: DataFolder,
    },
    /// Print the public key that checkpoints are verified with; makes the key if there is none yet
    Key {
        /// The key
        #[command(flatten)]
        key: KeyFile,
    },
    /// Print a signed checkpoint of where the record ends, to be kept elsewhere
    Checkpoint {
        /// The key, and the folder
        #[command(flatten)]
        key: KeyFile,
    },
}

/// What was kept elsewhere: without any of it, a record written anew is not told from the first.
#[derive(Args, Debug)]
pub struct Kept {
    /// A head, as `head` prints it
    #[arg(long, value_name = "SEQ:HASH")]
    head: Option<Head>,
    /// A file of signed checkpoints, a line each: every one of them must be in the record
    #[arg(long, value_name = "FILE", requires = "key")]
    checkpoint: Option<PathBuf>,
    /// The public key that they are signed with, as `key` prints it, or a file that holds it; may be given more than once
    #[arg(long, value_name = "PUBLIC", requires = "checkpoint")]
    key: Vec<String>,
}

/// Where the record is.
#[derive(Args, Debug)]
pub struct DataFolder {
    /// Folder of everything recorded
    #[arg(long, env = "LASTMILE_DATA", default_value = "data")]
    data: PathBuf,
}

/// Where the key is.
#[derive(Args, Debug)]
pub struct KeyFile {
    #[command(flatten)]
    data: DataFolder,
    /// The key's file [default: audit-key in the data folder]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

impl KeyFile {
    fn open(&self) -> anyhow::Result<SigningKey> {
        let path = self.key_file.clone().unwrap_or_else(|| self.data.data.join("audit-key"));
        Ok(SigningKey::open_or_make(&path)?)
    }
}

impl Command {
    /// Does it, and gives the exit code.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let done =
            tokio::runtime::Runtime::new().map_err(Into::into).and_then(|it| it.block_on(self.perform()));
        done.unwrap_or_else(|error: anyhow::Error| {
            eprintln!("lastmile: {error:#}");
            ExitCode::from(UNUSABLE)
        })
    }

    async fn perform(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Verify { data, kept } => verify(&data.data, kept).await,
            Self::Head { data } => {
                println!("{}", head(&data.data).await?);
                Ok(ExitCode::SUCCESS)
            }
            Self::Export { data } => export(&open(&data.data).await?).await,
            Self::Key { key } => {
                println!("{}", key.open()?.public());
                Ok(ExitCode::SUCCESS)
            }
            Self::Checkpoint { key } => {
                let head = head(&key.data.data).await?;
                println!("{}", Checkpoint::sign(&head, SystemClock.now(), &key.open()?).line()?);
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

async fn head(data: &Path) -> anyhow::Result<Head> {
    let store = open(data).await?;
    let head = store.audit_head().await?;
    store.close().await;
    Ok(head)
}

async fn verify(data: &Path, kept: Kept) -> anyhow::Result<ExitCode> {
    let checkpoints = match checkpoints(&kept)? {
        Ok(checkpoints) => checkpoints,
        Err(forged) => return Ok(broken(&format!("of the checkpoints, {forged}"))),
    };
    let store = open(data).await?;
    let heads: Vec<Head> = kept.head.into_iter().chain(checkpoints.iter().map(Checkpoint::head)).collect();
    let found = verify_all(&store, heads).await?;
    store.close().await;
    Ok(match found {
        Ok(head) => {
            println!("ok: {} entries, head {head}", head.seq);
            if let Some(newest) = checkpoints.iter().max_by_key(|it| it.seq) {
                let (count, seq) = (checkpoints.len(), newest.seq);
                println!("ok: {count} checkpoints, the newest of entry {seq}, signed {}", utc(newest.at));
            }
            ExitCode::SUCCESS
        }
        Err(why) => broken(&why.to_string()),
    })
}

fn broken(why: &str) -> ExitCode {
    println!("BROKEN: {why}");
    ExitCode::FAILURE
}

async fn verify_all(store: &Store, heads: Vec<Head>) -> anyhow::Result<Result<Head, Broken>> {
    Ok(match store.verify_audit(heads, |_| {}).await? {
        Ok(head) => store.verify_audit_index().await?.map(|()| head),
        broken => broken,
    })
}

/// Those that were given. A file without any would prove nothing, and look as if it did.
fn checkpoints(kept: &Kept) -> anyhow::Result<Result<Vec<Checkpoint>, Forged>> {
    let Some(path) = &kept.checkpoint else { return Ok(Ok(Vec::new())) };
    let keys = kept.key.iter().map(|text| public_key(text)).collect::<anyhow::Result<Vec<_>>>()?;
    let bytes = std::fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
    let read = checkpoint::read(&String::from_utf8_lossy(&bytes), &keys);
    ensure!(read.as_ref().map_or(true, |all| !all.is_empty()), "{} holds no checkpoint", path.display());
    Ok(read)
}

fn public_key(text: &str) -> anyhow::Result<PublicKey> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    let file = std::fs::read_to_string(text);
    file.unwrap_or_default().parse().with_context(|| format!("--key {text}"))
}

/// Beside a running server, too: nothing is written.
async fn open(data: &Path) -> anyhow::Result<Store> {
    Store::open_to_read(data).await.with_context(|| format!("there is no record in {}", data.display()))
}

/// What is broken ends the export: whatever comes behind proves nothing.
async fn export(store: &Store) -> anyhow::Result<ExitCode> {
    let mut out = io::BufWriter::new(io::stdout());
    let mut written = Ok(());
    let line = |link: &Link| {
        if written.is_ok() {
            written = out.write_all(&link.entry).and_then(|()| out.write_all(b"\n"));
        }
    };
    let found = store.verify_audit(None, line).await?;
    store.close().await;
    written.and_then(|()| out.flush())?;
    found?;
    Ok(ExitCode::SUCCESS)
}
