//! `train`: when the model is not to answer.

use clap::Args;
use intent_learn::abstain::Wanted;

/// What `train` is asked for; without any of it, the model answers every question.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Abstention")]
pub struct Abstain {
    /// Be unsure below the probability from which this share of the answers is right
    #[arg(long, value_name = "SHARE", value_parser = share, conflicts_with = "abstain_coverage")]
    pub abstain_precision: Option<f64>,
    /// Be unsure below the probability from which this share of the questions is answered
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub abstain_coverage: Option<f64>,
    /// Say out of scope below the margin from which this share of the training questions is kept
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub scope_recall: Option<f64>,
}

impl Abstain {
    /// As the trainer takes it.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
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
