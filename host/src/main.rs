//! `intent-host`: a models directory → HTTP.
#![forbid(unsafe_code)]

use anyhow::{Result, anyhow};
use clap::Parser;
use intent_host::admission::Admission;
use intent_host::args::{Cli, Command, Serve};
use intent_host::http::State;
use intent_host::metrics::Metrics;
use intent_host::registry::Registry;
use intent_host::runtime::Runtime;
use intent_host::{server, telemetry};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Exit codes: 0 stopped as asked, 1 failed, 2 wrong usage (by clap).
fn main() -> ExitCode {
    let Command::Serve(args) = Cli::parse().command;
    let traces = telemetry::start(args.log_format);
    let served = serve(&args);
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

fn serve(args: &Serve) -> Result<()> {
    let runtime = Runtime::new(args.limits())
        .map_err(|e| anyhow!("the wasm engine does not start: {e:#}"))?;
    let (metrics, cache) = (Arc::new(Metrics::new()), args.cache_dir());
    let registry =
        Registry::open(&runtime, &args.models, &args.model, cache.as_deref(), metrics.clone())?;
    let registry = Arc::new(registry);
    if args.watch_ms > 0 {
        registry.watch(Duration::from_millis(args.watch_ms))?;
    }
    let admission = Admission::new(args.max_waiting as usize);
    let state = State::new(registry, metrics, admission, args.access()?, args.bodies());
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(args.threads().get() as usize)
        .enable_all()
        .build()?
        .block_on(server::serve(Arc::new(state), args))
}
