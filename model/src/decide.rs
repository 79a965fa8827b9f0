//! To answer, to ask back, or to say that it is none of the intents.
//!
//! Two thresholds, chosen in training on questions that the model was not fitted on (Chow 1970;
//! El-Yaniv and Wiener 2010):
//!
//! ```text
//! out of scope   where the greatest margin is below `out_of_scope_below`
//! unsure         else, where the probability of the first intent is below `unsure_below`
//! the intent     else
//! ```
//!
//! The probabilities of a softmax sum to 1 whatever the question: they compare the intents, and only
//! the margins say whether any of them fits.

use crate::classify::{self, Prediction};
use crate::layout::Params;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The fewest candidates of an unsure decision, where there are as many intents.
pub const MIN_CANDIDATES: usize = 2;
/// The most candidates of an unsure decision: more is no choice to put before a person.
pub const MAX_CANDIDATES: usize = 5;

/// When a model does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Unsure below this probability of the first intent; 0 is never.
    pub unsure_below: f32,
    /// Out of scope below this greatest margin; negative infinity is never.
    pub out_of_scope_below: f32,
    /// The candidates of an unsure decision are the fewest first ones with this probability together.
    pub candidate_mass: f32,
}

impl Thresholds {
    /// Every query is answered.
    pub const NEVER: Thresholds = Thresholds {
        unsure_below: 0.0,
        out_of_scope_below: f32::NEG_INFINITY,
        candidate_mass: 0.95,
    };

    /// The name of a threshold that is out of its range, and its value.
    #[must_use]
    pub fn fault(&self) -> Option<(&'static str, f32)> {
        let share = |value: f32| (0.0..=1.0).contains(&value);
        let margin = self.out_of_scope_below;
        [
            ("unsure_below", self.unsure_below, share(self.unsure_below)),
            ("out_of_scope_below", margin, margin.is_finite() || margin == f32::NEG_INFINITY),
            ("candidate_mass", self.candidate_mass, share(self.candidate_mass)),
        ]
        .into_iter()
        .find_map(|(name, value, good)| (!good).then_some((name, value)))
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self::NEVER
    }
}

/// What a model does with a query.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// It answers.
    Intent(Prediction),
    /// It would rather ask: the candidates, the most probable first, [`MIN_CANDIDATES`] to
    /// [`MAX_CANDIDATES`] of them.
    Unsure(Vec<Prediction>),
    /// The query resembles none of the intents; the most probable one all the same.
    OutOfScope(Prediction),
}

/// Decides by the margins of a query; none where there are no classes.
#[must_use]
pub fn decide(margins: &[f32], params: &Params, thresholds: &Thresholds) -> Option<Decision> {
    let first = classify::first(margins, params)?;
    let greatest = margins.iter().fold(f32::NEG_INFINITY, |m, x| m.max(*x));
    if greatest < thresholds.out_of_scope_below {
        return Some(Decision::OutOfScope(first));
    }
    if first.probability < thresholds.unsure_below {
        let mut candidates = classify::first_k(margins, params, MAX_CANDIDATES);
        let mut mass = 0.0;
        let needed = candidates.iter().position(|c| {
            mass += c.probability;
            mass >= thresholds.candidate_mass
        });
        candidates.truncate(needed.map_or(MAX_CANDIDATES, |i| i + 1).max(MIN_CANDIDATES));
        return Some(Decision::Unsure(candidates));
    }
    Some(Decision::Intent(first))
}
