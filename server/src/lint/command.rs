//! The command line of the authors' commands.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use lastmile_runbook::freshness::Day;

use super::{Format, LintError, Request, Schema, create, import, print_schema, run};
use crate::clock::{Clock as _, SystemClock};

/// Exit code for a command that could not do its work: as clap ends with, too.
const UNUSABLE: u8 = 2;

/// What an author can ask for.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what is wrong with runbooks, where, and how to mend it; ends with 1 if there are errors
    Lint {
        /// Files and folders [default: the configured runbook folder]
        paths: Vec<PathBuf>,
        /// How to write it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// End with 1 if there are warnings, too
        #[arg(long)]
        deny_warnings: bool,
        /// The server's config file: teams, targets and languages that it does not have are then errors
        #[arg(long, env = "LASTMILE_CONFIG")]
        config: Option<PathBuf>,
        /// Folder of the runbooks [default: runbooks]
        #[arg(long, env = "LASTMILE_RUNBOOKS")]
        runbooks: Option<PathBuf>,
    },
    /// Write a JSON Schema (draft 2020-12), with which editors complete and check keys
    Schema {
        /// Which one
        #[arg(value_enum)]
        schema: Schema,
    },
    /// Write a starter runbook; a file that is there stays as it is
    New {
        /// Where; `.md` is added
        path: PathBuf,
    },
    /// Propose actions for the shell fences of runbooks, as a diff; changes nothing by itself
    Import {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

impl Command {
    /// Does it, and gives the exit code.
    #[must_use]
    pub fn run(self) -> ExitCode {
        self.perform().unwrap_or_else(|error| {
            // A reader that has seen enough (`| head`) is no failure of ours.
            if !matches!(&error, LintError::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
                eprintln!("lastmile: {error}");
            }
            ExitCode::from(UNUSABLE)
        })
    }

    fn perform(self) -> Result<ExitCode, LintError> {
        let today = Day::of_millis(SystemClock.now().0);
        let mut out = io::BufWriter::new(io::stdout().lock());
        let code = match self {
            Self::Lint { paths, format, deny_warnings, config, runbooks } => {
                let request = Request { paths, config, runbooks, format, deny_warnings, today: Some(today) };
                run(&request, &mut out)?
            }
            Self::Schema { schema } => {
                print_schema(schema, &mut out)?;
                ExitCode::SUCCESS
            }
            Self::New { path } => {
                let written = create(&path, today).map_err(|error| LintError::Create(path, error))?;
                writeln!(out, "{}", written.display())?;
                ExitCode::SUCCESS
            }
            Self::Import { files } => {
                import(&files, &mut out, &mut io::stderr())?;
                ExitCode::SUCCESS
            }
        };
        out.flush()?;
        Ok(code)
    }
}
