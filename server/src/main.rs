//! The binary `lastmile`: `serve` and the per-run process `exec`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use lastmile::config::Overrides;
use lastmile::doctor::{self, Verdict};
use lastmile::{audit, exec, lint, people, policy_files, serve};
use tracing_subscriber::EnvFilter;

/// Gives back to the machine what a burst of requests took: a thousand pages that connect at once after a restart need
/// 15 MiB for a moment, which the C library's allocator keeps for good.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Self-service runbooks: read, press, watch, agree, link.
#[derive(Parser)]
#[command(name = "lastmile", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve runbooks and run their actions.
    Serve(Serve),
    /// Say what this machine gives, a line each with a verdict; fails if something will not work
    Doctor {
        /// Config file (TOML), whose data folder, languages and targets are looked at
        #[arg(long, env = "LASTMILE_CONFIG")]
        config: Option<PathBuf>,
        /// Folder for everything recorded [default: data]
        #[arg(long, env = "LASTMILE_DATA")]
        data: Option<PathBuf>,
        /// How to write it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    #[command(flatten)]
    Author(lint::Command),
    /// Verify and export the audit record
    #[command(subcommand)]
    Audit(audit::command::Command),
    /// Check policies, explain a decision, copy a shipped set
    #[command(subcommand)]
    Policy(policy_files::command::Command),
    /// People who sign in with a password
    #[command(subcommand)]
    User(people::command::Command),
    /// API tokens: what programs show instead of signing in
    #[command(subcommand)]
    Token(people::token::command::Command),
    /// Run one prepared run directory, when told which; started by `serve`, not by people.
    #[command(hide = true)]
    Exec {
        /// The folder of run directories.
        runs: PathBuf,
    },
}

#[derive(clap::ValueEnum, Clone, Copy, Default)]
enum Format {
    #[default]
    Text,
    Json,
}

#[derive(clap::Args)]
struct Serve {
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:7777]
    #[arg(long, env = "LASTMILE_LISTEN")]
    listen: Option<SocketAddr>,
    /// Folder for everything recorded [default: data]
    #[arg(long, env = "LASTMILE_DATA")]
    data: Option<PathBuf>,
    /// Folder of the runbooks [default: runbooks]
    #[arg(long, env = "LASTMILE_RUNBOOKS")]
    runbooks: Option<PathBuf>,
    /// Config file (TOML); without one the demo's people and targets apply, on loopback only
    #[arg(long, env = "LASTMILE_CONFIG")]
    config: Option<PathBuf>,
    /// How people reach this server, for links [default: http:// and the address]
    #[arg(long, env = "LASTMILE_URL")]
    url: Option<String>,
    /// An origin that may post besides our own: the development proxy's
    #[arg(long, env = "LASTMILE_DEV_ORIGIN", hide = true)]
    dev_origin: Option<String>,
    /// Write log lines as JSON
    #[arg(long, env = "LASTMILE_LOG_JSON")]
    log_json: bool,
}

fn main() -> ExitCode {
    match Cli::parse().command {
        // No runtime and no logging: the per-run process is small and speaks through its directory.
        Command::Exec { runs } => exec::main(&runs),
        Command::Author(command) => command.run(),
        Command::Policy(command) => command.run(),
        Command::Audit(command) => command.run(),
        Command::User(command) => command.run(),
        Command::Token(command) => command.run(),
        Command::Doctor { config, data, format } => said(examine(config.as_deref(), data, format)),
        Command::Serve(args) => said(start(args).map(|()| ExitCode::SUCCESS)),
    }
}

fn said(done: anyhow::Result<ExitCode>) -> ExitCode {
    done.unwrap_or_else(|error| {
        eprintln!("lastmile: {error:#}");
        ExitCode::FAILURE
    })
}

fn examine(config: Option<&Path>, data: Option<PathBuf>, format: Format) -> anyhow::Result<ExitCode> {
    let overrides = Overrides { data, ..Overrides::default() };
    let worst = doctor::doctor(config, overrides, matches!(format, Format::Json))?;
    Ok(if worst == Verdict::Bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn start(args: Serve) -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_env("LASTMILE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // Colours are for a terminal: in a journal or a file they are noise.
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    if args.log_json {
        log.json().init();
    } else {
        log.with_target(false).init();
    }
    let overrides = Overrides {
        listen: args.listen,
        data: args.data,
        runbooks: args.runbooks,
        url: args.url,
        dev_origin: args.dev_origin,
    };
    tokio::runtime::Runtime::new()?.block_on(serve::serve(args.config, overrides))
}
