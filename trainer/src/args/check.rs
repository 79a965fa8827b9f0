//! The flags of `check`.

use super::Opening;
use clap::Args;
use intent_learn::near::MIN_SIMILARITY;
use std::path::PathBuf;

/// `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// A CSV, TSV or JSONL file with a text and a label column, a challenge's input_train.csv, or
    /// a directory or an encrypted archive (data.tgz.gpg) with a training part and, where there are
    /// any, a validation and a test part
    #[arg(value_name = "DATA")]
    pub data: PathBuf,
    /// What opens an archive
    #[command(flatten)]
    pub opening: Opening,
    /// Exit with 1 where there is an error or a warning
    #[arg(long)]
    pub strict: bool,
    /// Fit no model: leaves out which labels are alike and which questions are mislabelled
    #[arg(long)]
    pub no_model: bool,
    /// Similarity from which two texts are near-duplicates: the Jaccard index of their character
    /// 4-grams. `train` takes the default
    #[arg(long, value_name = "SHARE", default_value_t = MIN_SIMILARITY, value_parser = similarity)]
    pub similar: f64,
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

fn similarity(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(similarity) if (0.3..=1.0).contains(&similarity) => Ok(similarity),
        _ => Err("a similarity is a number from 0.3 to 1".to_owned()),
    }
}
