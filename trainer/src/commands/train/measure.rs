//! Measures a fit on the validation part, through the baked component.

use anyhow::{Result, bail};
use intent_bake::{bake, selftest};
use intent_dataset::Dataset;
use intent_learn::abstain::{self, Verdict};
use intent_learn::evaluate::{Answer, Evaluation};
use intent_learn::fit::QuantisedModel;
use intent_learn::progress::Progress;
use intent_model::info::Selective;
use intent_model::{Model, ModelInfo};
use intent_runtime::{Classifier, Decision, Runtime};
use rayon::prelude::*;

use crate::export::report::{self, WorstError};

/// The answers of a fit to the validation questions, and their figures.
pub(super) struct Measurement {
    pub(super) answers: Vec<Answer>,
    pub(super) figures: Evaluation,
    pub(super) selective: Selective,
    pub(super) worst: Vec<WorstError>,
}

/// Bakes the fit and answers the validation questions through the component.
pub(super) fn measure(
    fitted: &QuantisedModel,
    info: &ModelInfo,
    valid: &Dataset,
    runtime: &Runtime,
    progress: &dyn Progress,
) -> Result<Measurement> {
    let model = fitted.encode(info)?;
    let classifier = selftest::run(runtime, &bake(&model)?, &model)?;
    let bar = progress.stage("evaluation", valid.len());
    let answers: Result<Vec<(Answer, Verdict)>> = valid
        .texts
        .par_iter()
        .zip(&valid.classes)
        .map(|(text, &truth)| {
            bar.tick();
            answer(&classifier, valid, text, truth)
        })
        .collect();
    let (answers, verdicts): (Vec<Answer>, Vec<Verdict>) = answers?.into_iter().unzip();
    let figures = Evaluation::from_answers(&answers, valid.labels.ids(), &valid.labels.names());
    let worst = report::worst(&Model::from_bytes(&model)?, valid, &answers)?;
    Ok(Measurement { answers, figures, selective: abstain::selective(verdicts), worst })
}

/// The answer of the component to one question, and its decision.
fn answer(
    classifier: &Classifier,
    data: &Dataset,
    text: &str,
    truth: u32,
) -> Result<(Answer, Verdict)> {
    let ids = data.labels.ids();
    let right = ids[truth as usize];
    let (Ok(p), Ok(decision)) = (classifier.classify(text)?, classifier.decide(text)?) else {
        bail!("the question {text:?} is refused");
    };
    let class = ids.binary_search(&p.intent).unwrap_or_default() as u32;
    let verdict = match decision {
        Decision::Intent(p) => Verdict::Answered { right: p.intent == right },
        Decision::Unsure(candidates) => {
            Verdict::Unsure { among: Some(candidates.iter().any(|p| p.intent == right)) }
        }
        Decision::OutOfScope(_) => Verdict::OutOfScope,
    };
    Ok((Answer { truth, class, probability: f64::from(p.probability) }, verdict))
}
