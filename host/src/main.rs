//! `intent-host`: a models directory → HTTP.
#![forbid(unsafe_code)]

use clap::Parser;
use intent_host::args::{Cli, Command};
use intent_host::{server, telemetry};
use std::process::ExitCode;

/// Exit codes: 0 stopped as asked, 1 failed, 2 wrong usage (by clap).
fn main() -> ExitCode {
    let Command::Serve(args) = Cli::parse().command;
    let traces = telemetry::start(args.log_format);
    let served = server::run(&args);
    traces.flush();
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "failed");
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
