//! From the start of a process to its first answer, and the memory that it then takes.

use crate::load::Server;
use crate::report::median;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Directory of the models
    #[arg(long)]
    models: PathBuf,
    /// wrk's script
    #[arg(long)]
    script: PathBuf,
    #[arg(long, default_value_t = 21)]
    rounds: usize,
}

/// Where the load's memory is read: connections, each with a request in flight.
const LOADS: [usize; 3] = [1, 64, 1000];

/// Starts bare hyper and the host in turn. The host's compile cache is its usual one; a first start, which is
/// not counted, fills it.
pub(crate) fn measure(args: &Args) -> Result<()> {
    let start = |name: &'static str, port: u16| -> Result<(Server, f64)> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", name, "--port", &port.to_string(), "--models"]).arg(&args.models);
        // all are to be answered
        command.env("INTENT_MAX_WAITING", "1024");
        Server::first_answer(name, command, port)
    };
    drop(start("host", 4721)?);
    let (mut hypers, mut hosts, mut differences) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..args.rounds {
        let (_, hyper) = start("hyper", 4720)?;
        let (_, host) = start("host", 4721)?;
        hypers.push(hyper);
        hosts.push(host);
        differences.push(host - hyper);
    }
    println!("start to first answer, ms, median of {} rounds (least-most):", args.rounds);
    for (name, all) in [("hyper", hypers), ("host", hosts), ("host - hyper", differences)] {
        println!("  {name:13} {}", spread(all)?);
    }
    let component = intent_store::scan::versions(&args.models.join("intent"))?;
    let bytes = component.last().context("no model")?.1.metadata()?.len() as f64;
    println!("memory of the host, MB resident, with a component of {:.2} MB:", bytes / 1e6);
    let (server, _) = start("host", 4721)?;
    println!("  after the first answer     {:.1}", server.resident()?);
    for connections in LOADS {
        server.load(&args.script, connections, Duration::from_secs(3))?;
        println!("  after {connections:4} in flight, 3 s   {:.1}", server.resident()?);
    }
    Ok(())
}

fn spread(values: Vec<f64>) -> Result<String> {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let middle = median(values).context("no rounds")?;
    Ok(format!("{middle:.1} ({least:.1}-{most:.1})"))
}
