//! The plan of a cross-validation, and one fit of it.

use intent_learn::evaluate::HeadlineFigures;
use serde::Serialize;
use std::time::Duration;

/// Shares of the training part that the learning curve is measured at, beside all of it.
pub(super) const SHARES: [f64; 3] = [0.25, 0.5, 0.75];
/// Repeats that the learning curve is measured in.
pub(super) const CURVE_REPEATS: u32 = 2;

/// Repeats, folds and limits of a cross-validation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Repeats of the cross-validation.
    pub(crate) repeats: u32,
    /// Folds, 2 or more.
    pub(crate) folds: u8,
    /// Seed of the folds and of the fits.
    pub(crate) seed: u64,
    /// Size of the test set to predict the measures for; the size of a fold if absent.
    pub(crate) test_size: Option<usize>,
    /// Time limit: no repeat starts that would probably end later; the first always runs.
    pub(crate) time: Option<Duration>,
}

/// One fit, measured on the fold that it had not seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Run {
    /// Number of the repeat, from 0.
    pub(crate) repeat: u32,
    /// Number of the fold, from 0.
    pub(crate) fold: u8,
    /// Share of the other folds that was fitted on.
    pub(crate) share: f64,
    /// Questions fitted on.
    pub(crate) train: usize,
    /// Questions measured on.
    pub(crate) test: usize,
    /// The measures.
    #[serde(flatten)]
    pub(crate) figures: HeadlineFigures,
}
