//! `intent-host`: a models directory → HTTP.
#![forbid(unsafe_code)]

use anyhow::{Result, anyhow};
use clap::Parser;
use intent_host::args::{Cli, Command, LogFormat, Serve};
use intent_host::http::State;
use intent_host::registry::Registry;
use intent_host::runtime::Runtime;
use intent_host::server;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// Exit codes: 0 stopped as asked, 1 failed, 2 wrong usage (by clap).
fn main() -> ExitCode {
    let Command::Serve(args) = Cli::parse().command;
    log(args.log_format);
    match serve(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "failed");
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve(args: &Serve) -> Result<()> {
    let engine = Runtime::new(args.limits())
        .map_err(|e| anyhow!("the wasm engine does not start: {e:#}"))?;
    let registry = Registry::open(&engine, &args.models, &args.model)?;
    let version = registry.current();
    tracing::info!(
        model = args.model,
        version = version.number,
        sha256 = version.classifier.digest(),
        intents = version.classifier.info().labels.len(),
        "loaded"
    );
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(args.threads().get() as usize)
        .enable_all()
        .build()?
        .block_on(server::serve(Arc::new(State::new(registry)), args))
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
