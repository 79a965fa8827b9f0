//! The command line.

mod abstain;
mod check;
mod encrypt;
mod explain;
mod help;
mod oci;
mod opening;
mod paths;
mod report;
mod tune;
mod variability;

pub use abstain::AbstainArgs;
pub use check::CheckArgs;
pub use encrypt::EncryptArgs;
pub use explain::ExplainArgs;
pub use oci::{PullArgs, PushArgs};
pub use opening::Opening;
pub use report::ReportArgs;
pub use tune::TuneArgs;
pub use variability::VariabilityArgs;

use clap::{Args, Parser, Subcommand};
use paths::{name_of, out_dir};
use std::path::PathBuf;

/// Train intent classifiers and bake them into WebAssembly components
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train, evaluate and bake a new version of a model
    Train(TrainArgs),
    /// Find duplicates, label errors and encoding errors in a data set
    Check(CheckArgs),
    /// Search for better training settings
    Tune(TuneArgs),
    /// Classify the questions of a file, offline
    Predict(PredictArgs),
    /// Classify the questions of a file through a running host
    Ask(AskArgs),
    /// Explain the answer to a question, word by word
    Explain(ExplainArgs),
    /// Estimate how much the metrics vary, by repeated cross-validation
    Variability(VariabilityArgs),
    /// Show the contents and metrics of a component
    Inspect(InspectArgs),
    /// Build a component from a model
    Bake(BakeArgs),
    /// Extract the model from a component
    Extract(ExtractArgs),
    /// Push a version to an OCI registry
    Push(PushArgs),
    /// Pull a model from an OCI registry as a new version
    Pull(PullArgs),
    /// Pack a data directory and encrypt it with a passphrase
    Encrypt(EncryptArgs),
}

/// Arguments of `train`.
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Labelled questions.
    #[arg(help = help::labelled(), long, value_name = "PATH")]
    pub data: PathBuf,
    /// Write the version to this directory, whose name is the name of the model
    #[arg(long, value_name = "DIR", default_value = "models/intent", value_parser = out_dir)]
    pub out: PathBuf,
    /// Number of the new version [default: the highest existing one plus 1]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub version: Option<u32>,
    /// Read training settings from a TOML file, as written by `tune`
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Add pretrained word vectors of the same language: a finalfusion (.fifu), fastText (.bin) or
    /// word2vec (.bin, .vec, .txt) file
    #[arg(long, value_name = "FILE")]
    pub pretrained: Option<PathBuf>,
    /// Seed of the random number generator [default: the seed of --config, or 1]
    #[arg(long)]
    pub seed: Option<u64>,
    /// Fraction of each class to hold out for validation; 0 skips the evaluation
    #[arg(long, default_value_t = 0.2, value_parser = share)]
    pub valid_share: f64,
    /// Keep the evaluated model instead of refitting on all questions
    #[arg(long)]
    pub no_refit: bool,
    /// Skip bad rows with a warning instead of rejecting the data
    #[arg(long)]
    pub skip_bad_rows: bool,
    /// Accept classes with a single question, which are trained on but not evaluated
    #[arg(long)]
    pub allow_singletons: bool,
    /// Print the metrics as JSON
    #[arg(long)]
    pub json: bool,
    /// Suppress progress output
    #[arg(long, short)]
    pub quiet: bool,
    /// The passphrase of an encrypted archive.
    #[command(flatten)]
    pub opening: Opening,
    /// The report.
    #[command(flatten)]
    pub report: ReportArgs,
    /// The abstention thresholds.
    #[command(flatten)]
    pub abstain: AbstainArgs,
}

impl TrainArgs {
    /// The model's name.
    #[must_use]
    pub fn name(&self) -> &str {
        name_of(&self.out).unwrap_or("intent")
    }
}

/// Arguments of `predict`.
#[derive(Debug, Args)]
pub struct PredictArgs {
    /// Component to classify with
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    /// Questions to answer.
    #[arg(help = help::unlabelled(), long = "in", value_name = "PATH")]
    pub input: PathBuf,
    /// Write the answers to this CSV file: ID, question, intent, and label if classes are named
    #[arg(long, value_name = "FILE", default_value = "predictions.csv")]
    pub out: PathBuf,
    /// Add the columns probability, margin and decision (intent, unsure or out-of-scope)
    #[arg(long)]
    pub scores: bool,
    /// Print the metrics as JSON, if the input has labels
    #[arg(long)]
    pub json: bool,
    /// Suppress progress output
    #[arg(long, short)]
    pub quiet: bool,
    /// The passphrase of an encrypted archive.
    #[command(flatten)]
    pub opening: Opening,
}

/// Arguments of `ask`.
#[derive(Debug, Args)]
pub struct AskArgs {
    /// Base URL of the host
    #[arg(long, default_value = "http://127.0.0.1:4002")]
    pub url: String,
    /// Questions to answer.
    #[arg(help = help::unlabelled(), long = "in", value_name = "PATH")]
    pub input: PathBuf,
    /// Write the answers to this CSV file: ID, question, intent
    #[arg(long, value_name = "FILE", default_value = "predictions.csv")]
    pub out: PathBuf,
    /// Suppress progress output
    #[arg(long, short)]
    pub quiet: bool,
    /// The passphrase of an encrypted archive.
    #[command(flatten)]
    pub opening: Opening,
}

/// Arguments of `inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Component to inspect
    pub model: PathBuf,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `bake`.
#[derive(Debug, Args)]
pub struct BakeArgs {
    /// Model to bake, as written by `extract`
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    /// Write the component to this file
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Also write a component that answers HTTP, for any wasi:http host
    #[arg(long, value_name = "FILE")]
    pub http: Option<PathBuf>,
}

/// Arguments of `extract`.
#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// Component to read
    pub component: PathBuf,
    /// Write the model to this file
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=0.9).contains(&share) => Ok(share),
        _ => Err("a share is a number from 0 to 0.9".to_owned()),
    }
}
