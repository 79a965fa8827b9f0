//! Requests a second and CPU time a request, of the same question asked of different servers.
//!
//! - `servers`: bare hyper, this host, this host with the model called natively
//! - `workers`: a model of threads that the host does not have: it gained nothing
//! - `load`: one server's process, and wrk's figures of it
//! - `start`: from the start to the first answer, and memory
//! - `report`: rounds → medians, ratios and their spread
//!
//! `scripts/bench-http` runs it.
#![allow(missing_docs, clippy::print_stdout)]

mod load;
mod report;
mod servers;
mod start;
mod workers;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use load::{Figures, Server};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Be one of the servers
    Serve(servers::Args),
    /// Measure all of them in turn
    Measure(Measure),
    /// Measure how soon hyper and the host answer, and the host's memory
    Start(start::Args),
}

#[derive(Debug, clap::Args)]
struct Measure {
    /// Directory of the models
    #[arg(long)]
    models: PathBuf,
    /// wrk's script
    #[arg(long)]
    script: PathBuf,
    /// Command of one more server, which listens on the port in its last argument
    #[arg(long)]
    peer: Option<String>,
    /// Its rounds: it is slow
    #[arg(long, default_value_t = 2)]
    peer_rounds: usize,
    /// Which of hyper, dealt (hyper with a runtime for each thread), native, host
    #[arg(long, value_delimiter = ',', default_value = "hyper,native,host")]
    servers: Vec<String>,
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    #[arg(long, value_delimiter = ',', default_value = "1,16,64,256")]
    connections: Vec<usize>,
    /// Write all figures of all rounds as well
    #[arg(long)]
    json: Option<PathBuf>,
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Serve(args) => servers::serve(&args),
        Command::Measure(args) => measure(&args),
        Command::Start(args) => start::measure(&args),
    }
}

fn measure(args: &Measure) -> Result<()> {
    let own = std::env::current_exe()?;
    let mut servers = Vec::new();
    let names = ["hyper", "dealt", "native", "host"];
    for (name, port) in names.into_iter().zip(4711..) {
        if !args.servers.iter().any(|s| s == name) {
            continue;
        }
        let mut command = std::process::Command::new(&own);
        command.args(["serve", name, "--port", &port.to_string(), "--models"]).arg(&args.models);
        servers.push(Server::start(name, command, port)?);
    }
    if let Some(peer) = &args.peer {
        let mut command = std::process::Command::new("sh");
        command.args(["-c", &format!("exec {peer} 4719")]);
        servers.push(Server::start("fastapi", command, 4719)?);
    }
    // all but the peer answer with as many bytes, but for the second digit of an intent
    let bodies = servers.iter().map(|s| s.get("/intent?query=mal+de+t%C3%AAte"));
    let bodies = bodies.collect::<Result<Vec<_>>>()?;
    let own = bodies.iter().zip(&servers).filter(|(_, s)| s.name != "fastapi");
    let lengths: Vec<usize> = own.map(|(b, _)| b.len()).collect();
    anyhow::ensure!(
        lengths.windows(2).all(|w| w[0].abs_diff(w[1]) <= 1),
        "unlike answers: {bodies:?}"
    );
    let mut report = report::Report::default();
    for &connections in &args.connections {
        for round in 0..args.rounds {
            for server in &servers {
                if server.name == "fastapi" && round >= args.peer_rounds {
                    continue;
                }
                let figures = server
                    .load(&args.script, connections, Duration::from_secs(args.seconds))
                    .with_context(|| format!("{} at {connections}", server.name))?;
                report.add(connections, server.name, round, figures);
            }
        }
        report.print(connections);
    }
    if let Some(path) = &args.json {
        std::fs::write(path, report.json()?)?;
    }
    Ok(())
}
