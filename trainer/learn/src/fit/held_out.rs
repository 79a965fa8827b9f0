//! Class probabilities of questions by models that were not fitted on them.

use super::features::Features;
use super::out_of_fold::{CrossValidation, FixedChoices, OutOfFold};
use super::settings::Settings;
use crate::calibrate::Calibration;
use crate::near;
use crate::progress::Progress;
use intent_dataset::Dataset;
use ndarray::Array2;

/// The calibrated probability of each class for each question (questions × classes) by models
/// fitted without the question and its near-duplicates, the ones that `fit` calibrates with.
#[must_use]
pub fn out_of_fold_probabilities(
    data: &Dataset,
    settings: &Settings,
    progress: &dyn Progress,
) -> Array2<f64> {
    let groups = near::groups(&data.texts, progress);
    let space = settings.space(data.labels.len());
    let features = Features::extract(&data.texts, space, settings, None);
    let inputs = CrossValidation { features: &features, data, groups: &groups, settings };
    let out_of_fold = OutOfFold::compute(inputs, FixedChoices::default(), progress);
    let scores = out_of_fold.blended(settings, None, progress).scores;
    let calibration = Calibration::fit(&scores, &out_of_fold.classes, settings.seed, None);
    let mut probabilities = Array2::zeros(scores.raw_dim());
    for (mut row, scores) in probabilities.outer_iter_mut().zip(scores.outer_iter()) {
        row.assign(&calibration.probabilities(scores));
    }
    probabilities
}
