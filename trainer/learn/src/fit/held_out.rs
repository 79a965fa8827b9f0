//! What a model makes of questions that it was not fitted on.

use super::Settings;
use super::out_of_fold::{Fixed, OutOfFold};
use crate::calibrate::Calibration;
use crate::fit::features::Features;
use crate::near;
use crate::progress::Progress;
use intent_dataset::Dataset;
use ndarray::Array2;

/// The calibrated probability of each class for each question (questions × classes) by models
/// fitted without the question and its near-duplicates: as those that `fit` calibrates by.
#[must_use]
pub fn out_of_fold_probabilities(
    data: &Dataset,
    settings: &Settings,
    progress: &dyn Progress,
) -> Array2<f64> {
    let groups = near::groups(&data.texts, progress);
    let space = settings.space(data.labels.len());
    let features = Features::of(&data.texts, space, settings, None);
    let out = OutOfFold::of(&features, data, &groups, settings, Fixed::default(), progress);
    let (scores, _) = out.blended(settings, None, progress);
    let calibration = Calibration::fit(&scores, &out.classes, settings.seed, None);
    let mut probabilities = Array2::zeros(scores.raw_dim());
    for (mut row, scores) in probabilities.outer_iter_mut().zip(scores.outer_iter()) {
        row.assign(&calibration.probabilities(scores));
    }
    probabilities
}
