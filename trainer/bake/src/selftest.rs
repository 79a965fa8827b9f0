//! Does the component answer as the model does?

use crate::error::BakeError;
use crate::golden::QUESTIONS;
use intent_model::{Contribution, Decision, Explanation, Family, Model, Prediction};
use intent_runtime::{Classifier, Runtime};

/// Runs the questions through the component in `runtime` and through `model` natively, and
/// demands the same bits.
///
/// # Errors
/// If the component does not load, does not run or answers otherwise.
pub fn run(runtime: &Runtime, component: &[u8], model: &[u8]) -> Result<Classifier, BakeError> {
    let native = Model::from_bytes(model)?;
    let classifier = Classifier::new(runtime, component)?;
    let long = "doliprane et alcool ".repeat(200);
    for question in QUESTIONS.iter().copied().chain([long.as_str()]) {
        let want = native.classify(question).map(|p| (p.intent, p.probability, p.margin));
        let got = classifier.classify(question)?.map(|p| (p.intent, p.probability, p.margin));
        if want.ok() != got.ok() {
            return Err(BakeError::Differs(format!("on the question {question:?}")));
        }
        let got = classifier.decide(question)?.map(decision);
        if native.decide(question).ok() != got.ok() {
            return Err(BakeError::Differs(format!("in deciding the question {question:?}")));
        }
        let want = native.explain(question, None);
        let got = classifier.explain(question)?.map(explanation);
        if want.ok() != got.ok() {
            return Err(BakeError::Differs(format!("in explaining the question {question:?}")));
        }
    }
    classifier.selftest().map_err(|e| BakeError::Differs(e.to_string()))?;
    if classifier.info().labels.len() != native.params().ids.len() {
        return Err(BakeError::Differs("in its labels".to_owned()));
    }
    Ok(classifier)
}

/// A component's decision as the model's own.
#[must_use]
pub fn decision(d: intent_runtime::Decision) -> Decision {
    let own = |p: intent_runtime::Prediction| Prediction {
        intent: p.intent,
        probability: p.probability,
        margin: p.margin,
    };
    match d {
        intent_runtime::Decision::Intent(p) => Decision::Intent(own(p)),
        intent_runtime::Decision::Unsure(p) => Decision::Unsure(p.into_iter().map(own).collect()),
        intent_runtime::Decision::OutOfScope(p) => Decision::OutOfScope(own(p)),
    }
}

/// A component's explanation as the model's own.
#[must_use]
pub fn explanation(e: intent_runtime::Explanation) -> Explanation {
    let contributions = e.contributions.into_iter().map(|c| Contribution {
        start: c.start,
        end: c.end,
        family: match c.family {
            intent_runtime::Family::Words => Family::Words,
            intent_runtime::Family::Subwords => Family::Subwords,
            intent_runtime::Family::Pairs => Family::Pairs,
            intent_runtime::Family::Vectors => Family::Vectors,
        },
        share: c.share,
    });
    Explanation {
        intent: e.intent,
        probability: e.probability,
        margin: e.margin,
        bias: e.bias,
        contributions: contributions.collect(),
    }
}
