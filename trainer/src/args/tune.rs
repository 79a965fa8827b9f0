//! Arguments of `tune`.

use super::help;
use super::opening::Opening;
use crate::tune::metric::Metric;
use bytesize::ByteSize;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `tune`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each trial is appended to OUT/trials.csv when it ends. Ctrl-C stops the running trial, writes
best.toml (the best so far), search.svg and a summary, and exits with status 0, or 1 if no trial has
ended. A second Ctrl-C exits with status 130 immediately. --resume continues as if the search had
not been interrupted.")]
pub struct TuneArgs {
    /// Labelled questions.
    #[arg(help = help::labelled_without_test(), long, value_name = "PATH")]
    pub data: PathBuf,
    /// Write trials.csv, best.toml and search.svg to this directory
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Maximum number of trials, including the defaults [default: 50, or unlimited with --time]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub trials: Option<u32>,
    /// Time limit, such as 20m or "1h 30m", including the final comparison; the trials themselves
    /// do not depend on it
    #[arg(long, value_parser = humantime::parse_duration)]
    pub time: Option<Duration>,
    /// Metric to maximize: accuracy, macro-f1, f1:LABEL, or recall-at-precision:SHARE, the fraction
    /// of questions answered correctly while SHARE of the answers are correct
    #[arg(long, default_value = "accuracy")]
    pub metric: Metric,
    /// Maximum size of the component, such as 2MB; larger settings are scaled down
    #[arg(long, value_name = "SIZE")]
    pub max_size: Option<ByteSize>,
    /// Seed of the folds, the search and the fits: the same data and seed give the same trials
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub seed: u64,
    /// Resume the search in OUT, if there is one
    #[arg(long)]
    pub resume: bool,
    /// Skip bad rows with a warning instead of rejecting the data
    #[arg(long)]
    pub skip_bad_rows: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
    /// Suppress progress output
    #[arg(long, short)]
    pub quiet: bool,
    /// The passphrase of an encrypted archive.
    #[command(flatten)]
    pub opening: Opening,
}
