//! Arguments of `variability`.

use super::help;
use super::opening::Opening;
use crate::variability::Plan;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `variability`.
#[derive(Debug, Args)]
pub struct VariabilityArgs {
    /// Labelled questions.
    #[arg(help = help::labelled(), long, value_name = "PATH")]
    pub data: PathBuf,
    /// Read training settings from a TOML file, as written by `tune`; its seed is ignored
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Number of times to repeat the cross-validation
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeats: u32,
    /// Number of folds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=50))]
    pub folds: u8,
    /// Seed of the folds and of the fits
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Size of the test set to predict the metrics for [default: the size of a fold]
    #[arg(long, value_name = "QUESTIONS", value_parser = clap::value_parser!(u32).range(1..))]
    pub test_size: Option<u32>,
    /// Start no repeat that would probably end later than this; the first one always runs
    #[arg(long, value_name = "MINUTES", value_parser = minutes)]
    pub time: Option<Duration>,
    /// Write variability.json and the charts to this directory
    #[arg(long, value_name = "DIR", default_value = "variability")]
    pub out: PathBuf,
    /// Skip bad rows with a warning instead of rejecting the data
    #[arg(long)]
    pub skip_bad_rows: bool,
    /// Print variability.json instead of a table
    #[arg(long)]
    pub json: bool,
    /// Suppress progress output
    #[arg(long, short)]
    pub quiet: bool,
    /// The passphrase of an encrypted archive.
    #[command(flatten)]
    pub opening: Opening,
}

impl VariabilityArgs {
    /// The plan of the cross-validation.
    pub(crate) fn plan(&self) -> Plan {
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
