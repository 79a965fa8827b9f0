//! Fitting to some questions and predicting others, as tuning and variability repeat it.

use super::pipeline::fit;
use super::settings::Settings;
use crate::evaluate::Answer;
use crate::progress::Silent;
use intent_dataset::Dataset;
use intent_model::LayoutError;
use intent_model::{ClassifyError, Model, ModelInfo};
use rayon::prelude::*;
use thiserror::Error;

/// Reasons why there are no answers.
#[derive(Debug, Error)]
pub enum FitAndPredictError {
    /// The fit cannot be written as a model.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// A question cannot be answered.
    #[error("the question {question:?}: {cause}")]
    Refused {
        /// The question.
        question: String,
        /// The reason.
        cause: ClassifyError,
    },
}

/// Fits to `train` and answers each question of `test` with the native model, whose answers are those of a
/// component bit for bit.
///
/// # Errors
/// If the fit cannot be written as a model, or a question is refused.
pub fn fit_and_predict(
    train: &Dataset,
    test: &Dataset,
    settings: &Settings,
) -> Result<Vec<Answer>, FitAndPredictError> {
    let fitted = fit(train, settings, None, None, &Silent);
    let info = ModelInfo { label_names: train.labels.names(), ..ModelInfo::default() };
    let bytes = fitted.encode(&info)?;
    let model = Model::from_bytes(&bytes)?;
    let answer = |(question, &truth): (&String, &u32)| {
        let p = model
            .classify(question)
            .map_err(|cause| FitAndPredictError::Refused { question: question.clone(), cause })?;
        let class = test.labels.ids().binary_search(&p.intent).unwrap_or_default() as u32;
        Ok(Answer { truth, class, probability: f64::from(p.probability) })
    };
    test.texts.par_iter().zip(&test.classes).map(answer).collect()
}
