//! Out-of-fold class probabilities, for reports on the data.

use super::features::FeatureMatrix;
use super::out_of_fold::{CrossValidation, FixedChoices, OutOfFold};
use super::settings::Settings;
use crate::calibrate::Calibration;
use crate::near;
use crate::progress::Progress;
use intent_dataset::Dataset;
use ndarray::Array2;

/// The calibrated probability of each class for each question (questions × classes), by classifiers fitted
/// without the fold of the question and of its near-duplicates.
#[must_use]
pub fn out_of_fold_probabilities(
    data: &Dataset,
    settings: &Settings,
    progress: &dyn Progress,
) -> Array2<f64> {
    let groups = near::groups(&data.texts, progress);
    let space = settings.space(data.labels.len());
    let features = FeatureMatrix::extract(&data.texts, space, settings, None);
    let inputs = CrossValidation { features: &features, data, groups: &groups, settings };
    let out_of_fold = OutOfFold::compute(inputs, FixedChoices::default(), progress);
    let margins = out_of_fold.blended(settings, None, progress).margins;
    let calibration = Calibration::fit(&margins, &out_of_fold.classes, settings.seed, None);
    let mut probabilities = Array2::zeros(margins.raw_dim());
    for (mut row, margins) in probabilities.outer_iter_mut().zip(margins.outer_iter()) {
        row.assign(&calibration.probabilities(margins));
    }
    probabilities
}
