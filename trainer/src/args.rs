//! Flags → checked configuration.

mod abstain;
mod check;
mod encrypt;
mod explain;
mod oci;
mod opening;
mod report;
mod tune;
mod variability;

pub use abstain::Abstain;
pub use check::Check;
pub use encrypt::Encrypt;
pub use explain::Explain;
pub use oci::{Pull, Push};
pub use opening::Opening;
pub use report::Report;
pub use tune::Tune;
pub use variability::Variability;

use clap::{Args, Parser, Subcommand};
use std::path::{Path, PathBuf};

/// Trains an intent classifier from labelled questions and bakes it into one WebAssembly component.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train, measure and bake a new version of a model
    Train(Train),
    /// Find what is wrong with labelled questions: duplicates, encodings, labels
    Check(Check),
    /// Search for better settings than the defaults, within a time and a size
    Tune(Tune),
    /// Answer the questions of a file with a baked model, offline
    Predict(Predict),
    /// Answer the questions of a file by asking a running host
    Ask(Ask),
    /// Show why a baked model answers what it answers, word by word
    Explain(Explain),
    /// Show how far the figures move: repeated cross-validation, intervals, a learning curve
    Variability(Variability),
    /// Show what a component is: imports, sizes, labels, figures
    Inspect(Inspect),
    /// Bake model bytes into a component
    Bake(Bake),
    /// Take the model bytes out of a component
    Extract(Extract),
    /// Put a version into an OCI registry
    Push(Push),
    /// Take a model out of an OCI registry, as the next version
    Pull(Pull),
    /// Pack and encrypt a directory of data by a passphrase, as gpg does
    Encrypt(Encrypt),
}

/// `train`.
#[derive(Debug, Args)]
pub struct Train {
    /// A CSV, TSV or JSONL file with a text and a label column, a challenge's input_train.csv, or
    /// a directory or an encrypted archive (data.tgz.gpg) that holds either
    #[arg(long, value_name = "PATH")]
    pub data: PathBuf,
    /// What opens an archive
    #[command(flatten)]
    pub opening: Opening,
    /// Directory of the model's versions; its last part is the model's name
    #[arg(long, value_name = "DIR", default_value = "models/intent", value_parser = out_dir)]
    pub out: PathBuf,
    /// Number of the new version [default: one more than the highest]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub version: Option<u32>,
    /// A TOML file of settings, as `tune` writes it; what it does not say has its default
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Word vectors of the same language, in the format of finalfusion (.fifu), fastText (.bin) or
    /// word2vec (.bin, .vec, .txt): what words have in common that the data does not show
    #[arg(long, value_name = "FILE")]
    pub pretrained: Option<PathBuf>,
    /// Seed of every random choice: the same data and seed give the same bytes [default: that of
    /// --config, or 1]
    #[arg(long)]
    pub seed: Option<u64>,
    /// Share of each class that is held out and measured on; 0 measures nothing
    #[arg(long, default_value_t = 0.2, value_parser = share)]
    pub valid_share: f64,
    /// Ship the model that was measured, instead of fitting again on all questions
    #[arg(long)]
    pub no_refit: bool,
    /// Leave bad rows out, and report them, instead of refusing the data
    #[arg(long)]
    pub skip_bad_rows: bool,
    /// Accept classes with a single question, which can be learned from but not measured
    #[arg(long)]
    pub allow_singletons: bool,
    /// What is written for people
    #[command(flatten)]
    pub report: Report,
    /// Print the figures as JSON
    #[arg(long)]
    pub json: bool,
    /// Show no progress
    #[arg(long, short)]
    pub quiet: bool,
    /// When not to answer
    #[command(flatten)]
    pub abstain: Abstain,
}

impl Train {
    /// The model's name.
    #[must_use]
    pub fn name(&self) -> &str {
        name_of(&self.out).unwrap_or("intent")
    }
}

/// `predict`.
#[derive(Debug, Args)]
pub struct Predict {
    /// The component
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    /// A file with a text column, or a directory or an encrypted archive (data.tgz.gpg) with
    /// input_test.csv or test.csv
    #[arg(long = "in", value_name = "PATH")]
    pub input: PathBuf,
    /// What opens an archive
    #[command(flatten)]
    pub opening: Opening,
    /// Where the answers go: ID, question, intent, and label where labels have names
    #[arg(long, value_name = "FILE", default_value = "predictions.csv")]
    pub out: PathBuf,
    /// Add the columns probability, margin and decision (intent, unsure or out-of-scope)
    #[arg(long)]
    pub scores: bool,
    /// Print the figures, where the input has labels, as JSON
    #[arg(long)]
    pub json: bool,
    /// Show no progress
    #[arg(long, short)]
    pub quiet: bool,
}

/// `ask`.
#[derive(Debug, Args)]
pub struct Ask {
    /// The host
    #[arg(long, default_value = "http://127.0.0.1:4002")]
    pub url: String,
    /// A file with a text column, or a directory or an encrypted archive (data.tgz.gpg) with
    /// input_test.csv or test.csv
    #[arg(long = "in", value_name = "PATH")]
    pub input: PathBuf,
    /// What opens an archive
    #[command(flatten)]
    pub opening: Opening,
    /// Where the answers go: ID, question, intent
    #[arg(long, value_name = "FILE", default_value = "predictions.csv")]
    pub out: PathBuf,
    /// Show no progress
    #[arg(long, short)]
    pub quiet: bool,
}

/// `inspect`.
#[derive(Debug, Args)]
pub struct Inspect {
    /// The component
    pub model: PathBuf,
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

/// `bake`.
#[derive(Debug, Args)]
pub struct Bake {
    /// The model bytes, as `extract` gives them
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    /// The component to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Also write it joined with the HTTP front, for any host of wasi:http
    #[arg(long, value_name = "FILE")]
    pub http: Option<PathBuf>,
}

/// `extract`.
#[derive(Debug, Args)]
pub struct Extract {
    /// The component
    pub component: PathBuf,
    /// The model bytes to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=0.9).contains(&share) => Ok(share),
        _ => Err("a share is a number from 0 to 0.9".to_owned()),
    }
}

fn out_dir(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match name_of(&path) {
        Some(_) => Ok(path),
        None => Err("the last part of the path names the model, as in models/intent".to_owned()),
    }
}

fn name_of(out: &Path) -> Option<&str> {
    out.file_name()?.to_str()
}
