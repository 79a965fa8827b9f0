//! The flags of `check`.

use clap::Args;
use std::path::PathBuf;

/// `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// A CSV, TSV or JSONL file with a text and a label column, a challenge's input_train.csv, or
    /// a directory with a training part and, where there are any, a validation and a test part
    #[arg(value_name = "DATA")]
    pub data: PathBuf,
    /// Exit with 1 where there is an error or a warning
    #[arg(long)]
    pub strict: bool,
    /// Fit no model: leaves out which labels are alike and which questions are mislabelled
    #[arg(long)]
    pub no_model: bool,
    /// Findings of each kind to show; --json has them all
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub limit: usize,
    /// Seed of the model that the labels are checked by
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
    /// Show no progress
    #[arg(long, short)]
    pub quiet: bool,
}
