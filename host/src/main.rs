//! `intent-host`: serves a models directory over HTTP.
#![forbid(unsafe_code)]

use clap::Parser;
use intent_host::args::{Cli, Command};
use intent_host::{healthcheck, server, telemetry};
use std::process::ExitCode;

/// Exit codes: 0 on a requested stop, 1 on failure, 2 on wrong usage (by clap).
fn main() -> ExitCode {
    let args = match Cli::parse().command {
        Command::Serve(args) => args,
        Command::Healthcheck(args) => return exit_code(healthcheck::run(&args)),
    };
    let traces = telemetry::start(args.log_format);
    let served = server::run(&args);
    traces.flush();
    if let Err(error) = &served {
        tracing::error!(error = format!("{error:#}"), "failed");
    }
    exit_code(served)
}

fn exit_code(done: anyhow::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
