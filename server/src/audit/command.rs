//! `lastmile audit verify | head | export`: the audit record, looked at from outside the server.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::{Head, Link};
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
        /// A head that was kept elsewhere, as `head` prints it: without one, a record written anew is not told from the first
        #[arg(long, value_name = "SEQ:HASH")]
        head: Option<Head>,
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
}

/// Where the record is.
#[derive(Args, Debug)]
pub struct DataFolder {
    /// Folder of everything recorded
    #[arg(long, env = "LASTMILE_DATA", default_value = "data")]
    data: PathBuf,
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
            Self::Verify { data, head } => {
                let store = open(&data.data).await?;
                let found = store.verify_audit(head, |_| {}).await?;
                store.close().await;
                Ok(match found {
                    Ok(head) => {
                        println!("ok: {} entries, head {head}", head.seq);
                        ExitCode::SUCCESS
                    }
                    Err(broken) => {
                        println!("BROKEN: {broken}");
                        ExitCode::FAILURE
                    }
                })
            }
            Self::Head { data } => {
                let store = open(&data.data).await?;
                println!("{}", store.audit_head().await?);
                store.close().await;
                Ok(ExitCode::SUCCESS)
            }
            Self::Export { data } => export(&open(&data.data).await?).await,
        }
    }
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
