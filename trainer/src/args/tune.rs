//! `tune`.

use super::Opening;
use crate::tune::metric::Metric;
use bytesize::ByteSize;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// `tune`.
#[derive(Debug, Args)]
#[command(after_help = "\
Every trial is written to OUT/trials.csv as it ends. Ctrl-C abandons the running trial, writes
best.toml (the best so far), search.svg and the summary, and exits with 0, or with 1 where no trial
had ended; a second Ctrl-C exits with 130 at once. --resume then goes on as if there had been no
interruption.")]
pub struct Tune {
    /// A CSV, TSV or JSONL file with a text and a label column, a challenge's input_train.csv, or
    /// a directory or an encrypted archive (data.tgz.gpg) that holds either; a test part is not read
    #[arg(long, value_name = "PATH")]
    pub data: PathBuf,
    /// What opens an archive
    #[command(flatten)]
    pub opening: Opening,
    /// Directory for trials.csv, best.toml, search.svg
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Trials in all, the defaults among them [default: 50, or without end where there is --time]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub trials: Option<u32>,
    /// Time for this run, as in 20m or "1h 30m", the last comparison included; only how many trials
    /// there are depends on it
    #[arg(long, value_parser = humantime::parse_duration)]
    pub time: Option<Duration>,
    /// What to make greatest: accuracy, macro-f1, f1:LABEL, or recall-at-precision:SHARE, the share
    /// of questions answered rightly while SHARE of the answers is right
    #[arg(long, default_value = "accuracy")]
    pub metric: Metric,
    /// Most bytes of the component, as in 2MB: configurations that need more are made smaller
    #[arg(long, value_name = "SIZE")]
    pub max_size: Option<ByteSize>,
    /// Seed of the folds, the search and the fits: the same data and seed give the same trials
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub seed: u64,
    /// Go on with the search in OUT, if there is one
    #[arg(long)]
    pub resume: bool,
    /// Leave bad rows out, and report them, instead of refusing the data
    #[arg(long)]
    pub skip_bad_rows: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    pub json: bool,
    /// Show no progress
    #[arg(long, short)]
    pub quiet: bool,
}
