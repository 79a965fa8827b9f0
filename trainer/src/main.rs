//! `intent-trainer`: labelled questions → one WebAssembly component.
#![forbid(unsafe_code)]

use clap::Parser;
use intent_trainer::args::{Cli, Command};
use intent_trainer::commands;
use std::process::ExitCode;

/// Exit codes: 0 done, 1 failed, 2 wrong usage (by clap).
fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Train(args) => commands::train::run(&args),
        Command::Check(args) => commands::check::run(&args),
        Command::Tune(args) => commands::tune::run(&args),
        Command::Predict(args) => commands::predict::run(&args),
        Command::Ask(args) => commands::ask::run(&args),
        Command::Explain(args) => commands::explain::run(&args),
        Command::Variability(args) => commands::variability::run(&args),
        Command::Inspect(args) => commands::inspect::run(&args),
        Command::Bake(args) => commands::bake::bake(&args),
        Command::Extract(args) => commands::bake::extract(&args),
        Command::Push(args) => commands::oci::push(&args),
        Command::Pull(args) => commands::oci::pull(&args),
        Command::Encrypt(args) => commands::encrypt::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
