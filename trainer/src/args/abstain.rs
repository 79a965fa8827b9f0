//! Abstention options of `train`.

use clap::Args;
use intent_learn::abstain::Wanted;

/// Thresholds of `train`; without any of them, the model answers every question.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Abstention")]
pub struct AbstainArgs {
    /// Answer only above the probability at which this fraction of the answers is correct
    #[arg(long, value_name = "SHARE", value_parser = share, conflicts_with = "abstain_coverage")]
    pub abstain_precision: Option<f64>,
    /// Answer only above the probability at which this fraction of the questions is answered
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub abstain_coverage: Option<f64>,
    /// Answer out-of-scope below the margin that keeps this fraction of the training questions in
    /// scope
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub scope_recall: Option<f64>,
}

impl AbstainArgs {
    /// The thresholds asked for, as the trainer takes them.
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted {
            precision: self.abstain_precision,
            coverage: self.abstain_coverage,
            scope_recall: self.scope_recall,
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if share > 0.0 && share <= 1.0 => Ok(share),
        _ => Err("a share is a number above 0 and up to 1, as in 0.95".to_owned()),
    }
}
