//! The outcome of repeated cross-validation.

use super::plan::Run;
use crate::figures::Measure;
use intent_learn::stats::Interval;
use serde::{Serialize, Serializer};

/// The figures of a data set by repeated cross-validation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Variability {
    /// SHA-256 of all questions and labels.
    pub(crate) data_sha256: String,
    /// All questions.
    pub(crate) questions: usize,
    /// Seed of the folds and of the fits.
    pub(crate) seed: u64,
    /// Repeats asked for.
    pub(crate) repeats_wanted: u32,
    /// Repeats that ran: fewer if the time was up.
    pub(crate) repeats: u32,
    /// Folds of each.
    pub(crate) folds: u8,
    /// Size of the largest training part.
    pub(crate) train_size: usize,
    /// Questions of the held-out test that the `test` intervals are of.
    pub(crate) test_size: usize,
    /// Confidence of the intervals.
    pub(crate) level: f64,
    /// Each measure over the folds; a mean over classes is over those of a fold.
    #[serde(flatten)]
    pub(crate) spreads: Spreads,
    /// Each class, over all folds of a repeat.
    pub(crate) classes: Vec<ClassSpread>,
    /// The learning curve, least questions first.
    pub(crate) curve: Vec<CurvePoint>,
    /// Each fit.
    pub(crate) runs: Vec<Run>,
}

/// Measures with their spreads; in JSON an object by [`Measure::key`].
#[derive(Clone)]
pub(crate) struct Spreads(pub Vec<(&'static Measure, Spread)>);

impl Spreads {
    /// Headings and spreads, in the order of the tables.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = (&'static str, &Spread)> {
        self.0.iter().map(|(measure, spread)| (measure.heading, spread))
    }
}

impl std::fmt::Debug for Spreads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(measure, spread)| (measure.key, spread))).finish()
    }
}

impl Serialize for Spreads {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(measure, spread)| (measure.key, spread)))
    }
}

/// A measure over the folds of all repeats.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spread {
    /// Mean of the folds.
    pub(crate) mean: f64,
    /// Standard deviation between the folds.
    pub(crate) sd: f64,
    /// Interval of the mean over infinitely many such trainings; use it to compare methods.
    pub(crate) of_mean: Interval,
    /// Prediction interval of one such training on one held-out test set.
    pub(crate) of_test: Interval,
    /// Same as `of_test`, for a training on all questions, by extrapolating the learning curve.
    pub(crate) of_test_fitted_on_all: Interval,
}

/// F1 of one class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ClassSpread {
    /// Id of the class.
    pub(crate) intent: i32,
    /// Name.
    pub(crate) label: String,
    /// Number of its questions.
    pub(crate) questions: usize,
    /// Mean over the repeats.
    pub(crate) f1: f64,
    /// Standard deviation between the repeats, which differ in the seed alone.
    pub(crate) sd: f64,
    /// Interval over other questions, from the mean counts (`stats::f1_interval`).
    pub(crate) interval: Interval,
}

/// A point of the learning curve: the fits on a share of the training part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct CurvePoint {
    /// Share of the training part.
    pub(crate) share: f64,
    /// Mean number of questions fitted on.
    pub(crate) questions: f64,
    /// Number of fits.
    pub(crate) runs: usize,
    /// Mean accuracy.
    pub(crate) accuracy: f64,
    /// Interval of the mean accuracy of infinitely many such trainings.
    pub(crate) accuracy_interval: Interval,
    /// Mean macro F1.
    pub(crate) macro_f1: f64,
    /// Interval of the mean macro F1.
    pub(crate) macro_f1_interval: Interval,
}
