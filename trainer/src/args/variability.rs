//! `variability`, and what `train` takes of it.

use super::Opening;
use crate::variability::Plan;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// `variability`.
#[derive(Debug, Args)]
pub struct Variability {
    /// A CSV, TSV or JSONL file with a text and a label column, a challenge's input_train.csv, or
    /// a directory or an encrypted archive (data.tgz.gpg) that holds either
    #[arg(long, value_name = "PATH")]
    pub data: PathBuf,
    /// What opens an archive
    #[command(flatten)]
    pub opening: Opening,
    /// Settings other than the defaults: a TOML file, as `tune` writes it; its seed is not used
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Times that all questions are dealt into folds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeats: u32,
    /// Folds: each is answered by a model of the others
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=50))]
    pub folds: u8,
    /// Seed of the folds and of the fits
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Questions of the held-out test whose figures are predicted [default: those of a fold]
    #[arg(long, value_name = "QUESTIONS", value_parser = clap::value_parser!(u32).range(1..))]
    pub test_size: Option<u32>,
    /// Begin no repeat that would probably end later; the first always runs
    #[arg(long, value_name = "MINUTES", value_parser = minutes)]
    pub time: Option<Duration>,
    /// Where variability.json and the pictures go
    #[arg(long, value_name = "DIR", default_value = "variability")]
    pub out: PathBuf,
    /// Leave bad rows out, and report them, instead of refusing the data
    #[arg(long)]
    pub skip_bad_rows: bool,
    /// Print variability.json instead of the table
    #[arg(long)]
    pub json: bool,
    /// Show no progress
    #[arg(long, short)]
    pub quiet: bool,
}

impl Variability {
    /// As the trainer takes it.
    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan {
            repeats: self.repeats,
            folds: self.folds,
            seed: self.seed,
            test_size: self.test_size.map(|size| size as usize),
            time: self.time,
        }
    }
}

fn minutes(text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .filter(|minutes| *minutes > 0.0)
        .and_then(|minutes| Duration::try_from_secs_f64(minutes * 60.0).ok())
        .ok_or_else(|| "minutes are a number above 0, as in 20 or 0.5".to_owned())
}
