//! `train`: what is measured and shown beside the figures.

use crate::variability::Plan;
use clap::Args;

/// What `train` writes for people.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Report")]
pub struct Report {
    /// Repeat a 5-fold cross-validation so many times, and put its intervals and its learning
    /// curve beside the figures; a repeat takes about five trainings
    #[arg(long, value_name = "REPEATS", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub variability: Option<u32>,
    /// Write no report.html
    #[arg(long)]
    pub no_report: bool,
    /// Leave the questions out of report.html: figures and classes alone
    #[arg(long, conflicts_with = "no_report")]
    pub report_without_texts: bool,
}

impl Report {
    /// The cross-validation that is asked for, for a validation part of `valid` questions.
    #[must_use]
    pub fn plan(&self, seed: u64, valid: usize) -> Option<Plan> {
        let test_size = (valid > 0).then_some(valid);
        let plan = |repeats| Plan { repeats, folds: 5, seed, test_size, time: None };
        self.variability.map(plan)
    }
}
