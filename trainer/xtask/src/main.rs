//! Measurements of the trainer's program, for scripts/measure and scripts/bench-train.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "tables are its output")]

mod growth;
mod measure;
mod program;

use clap::{Parser, Subcommand};
use program::Trainer;
use std::path::PathBuf;
use std::process::ExitCode;

/// Measures the trainer's program
#[derive(Parser)]
struct Args {
    /// The trainer's program
    #[arg(long, default_value = "target/release/intent-trainer")]
    trainer: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Accuracy, CPU time, memory and size on data sets, each with a training and a test part
    Measure(measure::Args),
    /// CPU time and memory of training as the data grows
    Growth(growth::Args),
}

fn main() -> ExitCode {
    let args = Args::parse();
    let trainer = Trainer::new(args.trainer);
    let kept = match args.command {
        Command::Measure(args) => measure::run(&trainer, &args),
        Command::Growth(args) => growth::run(&trainer, &args),
    };
    match kept {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
