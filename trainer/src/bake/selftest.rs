//! Does the component answer as the model does?

use super::BakeError;
use super::golden::QUESTIONS;
use intent_host::runtime::{self, Classifier, Runtime};
use intent_model::{Contribution, Decision, Explanation, Family, Model, Prediction};

/// Runs the questions through the component in `runtime` and through `model` natively, and
/// demands the same bits.
///
/// # Errors
/// Where the component does not load, does not run or answers otherwise.
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
pub fn decision(d: runtime::Decision) -> Decision {
    let own = |p: runtime::Prediction| Prediction {
        intent: p.intent,
        probability: p.probability,
        margin: p.margin,
    };
    match d {
        runtime::Decision::Intent(p) => Decision::Intent(own(p)),
        runtime::Decision::Unsure(p) => Decision::Unsure(p.into_iter().map(own).collect()),
        runtime::Decision::OutOfScope(p) => Decision::OutOfScope(own(p)),
    }
}

/// A component's explanation as the model's own.
#[must_use]
pub fn explanation(e: runtime::Explanation) -> Explanation {
    let contributions = e.contributions.into_iter().map(|c| Contribution {
        start: c.start,
        end: c.end,
        family: match c.family {
            runtime::Family::Words => Family::Words,
            runtime::Family::Subwords => Family::Subwords,
            runtime::Family::Pairs => Family::Pairs,
            runtime::Family::Vectors => Family::Vectors,
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
