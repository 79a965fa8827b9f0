//! Validation of a model's answers: an invalid one is never sent.

use crate::registry::Version;
use intent_runtime::{Decision, Explanation, Prediction};

/// Maximum number of contributions of an explanation: 16 for each byte of the longest query. With the default
/// sizes an explanation has about four for each character, two for each word and two for each pair of stems.
const MAX_CONTRIBUTIONS: usize = 64 << 10;

/// An answer of a model.
pub(super) trait ModelAnswer {
    /// The most probable intent, which is compared with the shadow's.
    fn first_intent(&self) -> Option<i32>;

    /// Checks that the answer is possible for this version; the error says what is wrong.
    fn validate(&self, version: &Version) -> Result<(), &'static str>;
}

impl ModelAnswer for Prediction {
    fn first_intent(&self) -> Option<i32> {
        Some(self.intent)
    }

    fn validate(&self, version: &Version) -> Result<(), &'static str> {
        validate(version, self.intent, self.probability)
    }
}

impl ModelAnswer for Vec<Prediction> {
    fn first_intent(&self) -> Option<i32> {
        self.first().map(|p| p.intent)
    }

    fn validate(&self, version: &Version) -> Result<(), &'static str> {
        if self.len() > version.classifier.info().labels.len() {
            return Err("more intents than there are");
        }
        self.iter().try_for_each(|p| p.validate(version))
    }
}

impl ModelAnswer for Explanation {
    fn first_intent(&self) -> Option<i32> {
        Some(self.intent)
    }

    fn validate(&self, version: &Version) -> Result<(), &'static str> {
        if self.contributions.len() > MAX_CONTRIBUTIONS {
            return Err("more n-grams than a query has");
        }
        validate(version, self.intent, self.probability)
    }
}

impl ModelAnswer for Decision {
    fn first_intent(&self) -> Option<i32> {
        self.most_probable().map(|p| p.intent)
    }

    fn validate(&self, version: &Version) -> Result<(), &'static str> {
        match self {
            Decision::Intent(p) | Decision::OutOfScope(p) => p.validate(version),
            Decision::Unsure(candidates) if candidates.is_empty() => Err("no candidates"),
            Decision::Unsure(candidates) => candidates.validate(version),
        }
    }
}

fn validate(version: &Version, intent: i32, probability: f32) -> Result<(), &'static str> {
    // false for NaN as well
    if !(0.0..=1.0).contains(&probability) {
        return Err("a probability outside [0, 1]");
    }
    version.label_name(intent).map(drop).ok_or("an intent that it has not")
}
