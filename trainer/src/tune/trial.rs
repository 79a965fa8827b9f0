//! One measured configuration, and the folds that it is measured on.

use super::metric::Estimate;
use intent_learn::fit::Settings;

/// Folds of the data.
pub const FOLDS: usize = 5;
/// The search measures on a second fold if one has fewer questions than this.
const SEARCH_QUESTIONS: usize = 1500;

/// One configuration, measured on the search folds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// The configuration.
    pub settings: Settings,
    /// The metric.
    pub estimate: Estimate,
    /// Upper bound of the size of its component in bytes.
    pub bytes: u64,
    /// Duration in seconds.
    pub seconds: f64,
}

/// Number of folds the search measures on. With one of 2,000 questions an accuracy of 0.92 has a
/// standard error of 0.006; a third would leave the verdict too few.
#[must_use]
pub(crate) fn search_folds(questions: usize) -> usize {
    if questions / FOLDS < SEARCH_QUESTIONS { 2 } else { 1 }
}

/// The number of the best trial: the first of equals.
#[must_use]
pub(crate) fn best(trials: &[Trial]) -> usize {
    let value = |i: usize| trials[i].estimate.value;
    (1..trials.len()).fold(0, |best, i| if value(i) > value(best) { i } else { best })
}
