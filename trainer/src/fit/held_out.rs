//! What a model makes of questions that it was not fitted on.

use super::Settings;
use super::head::OutOfFold;
use crate::calibrate::Calibration;
use crate::data::Dataset;
use crate::fit::features::Features;
use crate::near;
use crate::progress::Progress;
use ndarray::Array2;

/// The calibrated probability of each class for each question (questions × classes) by models
/// fitted without the question and its near-duplicates: as those that `fit` calibrates by.
#[must_use]
pub fn out_of_fold_probabilities(
    data: &Dataset,
    settings: &Settings,
    progress: &Progress,
) -> Array2<f64> {
    let groups = near::groups(&data.texts, progress);
    let space = settings.space(data.labels.len());
    let features = Features::of(&data.texts, space, settings, None);
    let out = OutOfFold::of(&features, data, &groups, settings, progress);
    let (scores, _) = out.blended(settings, None, progress);
    let calibration = Calibration::fit(&scores, &out.classes, settings.seed, None);
    let mut probabilities = &*scores * &calibration.slope + &calibration.offset;
    for mut row in probabilities.outer_iter_mut() {
        let top = row.iter().fold(f64::NEG_INFINITY, |m, z| m.max(*z));
        row.mapv_inplace(|z| (z - top).exp());
        let total = row.sum();
        row /= total;
    }
    probabilities
}
