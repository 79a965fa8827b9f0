//! `intent-host`: a models directory → HTTP.
#![forbid(unsafe_code)]

use clap::Parser;
use intent_host::args::{Cli, Command, LogFormat};
use intent_host::server;
use std::io::IsTerminal;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Exit codes: 0 stopped as asked, 1 failed, 2 wrong usage (by clap).
fn main() -> ExitCode {
    let Command::Serve(args) = Cli::parse().command;
    log(args.log_format);
    match server::run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "failed");
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Lines to standard error; `RUST_LOG` sets the level. The text of a query is in none of them.
fn log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Json => lines.json().flatten_event(true).init(),
        LogFormat::Text => lines.init(),
    }
}
