//! Arguments of `check`.

use super::help;
use super::opening::Opening;
use clap::Args;
use intent_learn::near::MIN_SIMILARITY;
use std::path::PathBuf;

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The data set.
    #[arg(help = help::all_parts(), value_name = "DATA")]
    pub data: PathBuf,
    /// Exit with status 1 if there is an error or a warning
    #[arg(long)]
    pub strict: bool,
    /// Skip the checks that fit a model: similar labels and mislabelled questions
    #[arg(long)]
    pub no_model: bool,
    /// Minimum similarity of near-duplicates: the Jaccard index of their character 4-grams. `train`
    /// uses the default
    #[arg(long, value_name = "SHARE", default_value_t = MIN_SIMILARITY, value_parser = similarity)]
    pub similar: f64,
    /// Show at most N findings of each kind; --json shows all
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub limit: usize,
    /// Seed of the model that checks the labels
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
    /// Suppress progress output
    #[arg(long, short)]
    pub quiet: bool,
    /// The passphrase of an encrypted archive.
    #[command(flatten)]
    pub opening: Opening,
}

fn similarity(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(similarity) if (0.3..=1.0).contains(&similarity) => Ok(similarity),
        _ => Err("a similarity is a number from 0.3 to 1".to_owned()),
    }
}
