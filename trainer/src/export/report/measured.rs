//! The input of a report beside the metrics.

use super::errors::WorstError;
use intent_dataset::Dataset;
use intent_learn::evaluate::Answer;

/// Data that the report shows beside the metrics.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured<'a> {
    /// The validation part.
    pub(crate) valid: &'a Dataset,
    /// The measured model's answer to each of its questions.
    pub(crate) answers: &'a [Answer],
    /// The worst errors, explained.
    pub(crate) worst: &'a [WorstError],
    /// Whether the questions themselves may be shown.
    pub(crate) texts: bool,
}
