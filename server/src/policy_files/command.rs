//! `lastmile policy check | explain | copy`: policies on the command line, without a server.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};

use super::{PolicyFiles, check, explain};
use crate::config::{Config, Overrides};
use crate::people::{self, Directory};
use crate::policy::shipped;
use crate::store::Store;

/// Exit code for a command that could not do its work: as clap ends with, too.
const UNUSABLE: u8 = 2;

/// What can be asked about policies.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say whether the policy files would be taken, and which gates could never open; ends with 1 if they are refused
    Check {
        /// Folder of the policies [default: that of the config, else those in the binary]
        folder: Option<PathBuf>,
        /// The config.
        #[command(flatten)]
        config: ConfigFile,
        /// End with 1 if there are warnings, too
        #[arg(long)]
        deny_warnings: bool,
    },
    /// Print what the policy says of a request, and the rules that made it so
    Explain {
        /// The request.
        #[command(flatten)]
        request: Request,
        /// The config.
        #[command(flatten)]
        config: ConfigFile,
        /// Folder of the runbooks [default: that of the config]
        #[arg(long, env = "LASTMILE_RUNBOOKS")]
        runbooks: Option<PathBuf>,
        /// How to write it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Write a set that comes with Lastmile into a folder, to begin with; without names it lists them
    Copy {
        /// The set
        set: Option<String>,
        /// Where to; files that are there stay as they are
        #[arg(requires = "set")]
        folder: Option<PathBuf>,
    },
}

/// Which config applies.
#[derive(Args, Debug)]
pub struct ConfigFile {
    /// Config file (TOML); without one the demo's people and targets apply
    #[arg(long, env = "LASTMILE_CONFIG")]
    config: Option<PathBuf>,
}

/// A request that somebody could make.
#[derive(Args, Debug)]
pub struct Request {
    /// Who asks: a person's id
    #[arg(long = "as", value_name = "USER")]
    pub(super) person: String,
    /// What: a runbook's slug and an action's name
    #[arg(long, value_name = "RUNBOOK#ACTION")]
    pub(super) run: String,
    /// Where, instead of the target that the action names
    #[arg(long)]
    pub(super) target: Option<String>,
    /// A value for an input; may be given more than once
    #[arg(long = "input", value_name = "NAME=VALUE")]
    pub(super) inputs: Vec<String>,
    /// A program asks in their name, through an API token
    #[arg(long)]
    pub(super) token: bool,
    /// When, in the policy's zone: 2026-12-24T18:00:00 [default: now]
    #[arg(long)]
    pub(super) at: Option<String>,
}

/// How an explanation is written.
#[derive(ValueEnum, Clone, Copy, Debug, Default)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

impl Command {
    /// Does it, and gives the exit code.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let mut out = io::BufWriter::new(io::stdout().lock());
        let done = self.perform(&mut out).and_then(|code| Ok(out.flush().map(|()| code)?));
        done.unwrap_or_else(|error| {
            eprintln!("lastmile: {error:#}");
            ExitCode::from(UNUSABLE)
        })
    }

    fn perform(self, out: &mut impl Write) -> anyhow::Result<ExitCode> {
        match self {
            Self::Check { folder, config, deny_warnings } => {
                let mut config = config.load(None)?;
                if folder.is_some() {
                    config.policy.folder = folder;
                }
                let roll = everybody(&config).now();
                Ok(report(&check::check(&config, &roll), deny_warnings, out)?)
            }
            Self::Explain { request, config, runbooks, format } => {
                let config = config.load(runbooks)?;
                let directory = everybody(&config);
                let policies = PolicyFiles::open(Arc::new(config), directory)?;
                let explained = explain::explain(&policies, &request)?;
                match format {
                    Format::Text => write!(out, "{explained}")?,
                    Format::Json => writeln!(out, "{:#}", explained.json())?,
                }
                Ok(ExitCode::SUCCESS)
            }
            Self::Copy { set: None, .. } => {
                for set in shipped::ALL {
                    writeln!(out, "{:<30} {}", set.name, set.about)?;
                }
                Ok(ExitCode::SUCCESS)
            }
            Self::Copy { set: Some(name), folder } => {
                copy(&name, &folder.unwrap_or_else(|| "policies".into()), out)
            }
        }
    }
}

impl ConfigFile {
    fn load(&self, runbooks: Option<PathBuf>) -> anyhow::Result<Config> {
        Ok(Config::load(self.config.as_deref(), Overrides { runbooks, ..Overrides::default() })?)
    }
}

/// The config's people and, where there is a record, those in it: a team whose people all come from elsewhere is not empty.
fn everybody(config: &Config) -> Directory {
    let directory = Directory::of(config);
    let read = async {
        let store = Store::open_to_read(&config.data).await?;
        let read = people::read(&directory, config, &store).await;
        store.close().await;
        Ok::<_, anyhow::Error>(read?)
    };
    let is_there = Store::is_in(&config.data);
    let runtime = is_there.then(tokio::runtime::Runtime::new);
    let read = runtime.map_or(Ok(()), |runtime| runtime.map_err(Into::into).and_then(|it| it.block_on(read)));
    if let Err(error) = read {
        eprintln!("lastmile: only the config's people count, because the record can't be read: {error:#}");
    }
    directory
}

fn report(checked: &check::Checked, deny_warnings: bool, out: &mut impl Write) -> io::Result<ExitCode> {
    for fault in &checked.faults {
        writeln!(out, "error: {fault}")?;
    }
    for warning in &checked.warnings {
        writeln!(out, "warning: {warning}")?;
    }
    let bad = !checked.faults.is_empty() || (deny_warnings && !checked.warnings.is_empty());
    match &checked.digest {
        Some(digest) => writeln!(out, "{} policies, digest {digest}", checked.count)?,
        None => writeln!(out, "The policies would not be taken: a running server keeps those it has.")?,
    }
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn copy(name: &str, folder: &Path, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let set = shipped::ALL.into_iter().find(|set| set.name == name);
    let set = set.with_context(|| format!("there is no set `{name}`; `lastmile policy copy` lists them"))?;
    std::fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    for file in set.files() {
        let path = folder.join(&file.name);
        let mut target = std::fs::File::create_new(&path).with_context(|| format!("{}", path.display()))?;
        target.write_all(file.text.as_bytes())?;
        writeln!(out, "{}", path.display())?;
    }
    Ok(ExitCode::SUCCESS)
}
