//! Report options of `train`.

use crate::variability::Plan;
use clap::Args;

/// Options of the report of `train`.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Report")]
pub struct ReportArgs {
    /// Repeat 5-fold cross-validation this many times and report confidence intervals and a
    /// learning curve; each repeat takes as long as about five trainings
    #[arg(long, value_name = "REPEATS", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub variability: Option<u32>,
    /// Do not write report.html
    #[arg(long)]
    pub no_report: bool,
    /// Omit the questions from report.html
    #[arg(long, conflicts_with = "no_report")]
    pub report_without_texts: bool,
}

impl ReportArgs {
    /// The cross-validation that is asked for, for a validation part of `valid` questions.
    pub(crate) fn plan(&self, seed: u64, valid: usize) -> Option<Plan> {
        let test_size = (valid > 0).then_some(valid);
        let plan = |repeats| Plan { repeats, folds: 5, seed, test_size, time: None };
        self.variability.map(plan)
    }
}
