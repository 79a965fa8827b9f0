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

use crate::classify::{self, ClassifyError, Prediction};
use crate::model::Model;
use crate::params::{Params, Thresholds};
use crate::source::Source;
use alloc::vec::Vec;

/// The fewest candidates of an unsure decision, where there are as many intents.
pub const MIN_CANDIDATES: usize = 2;
/// The most candidates of an unsure decision: more is no choice to put before a person.
pub const MAX_CANDIDATES: usize = 5;

/// A model's decision on a query.
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

impl<S: Source> Model<S> {
    /// Whether to answer `text`, by the thresholds of the model.
    ///
    /// # Errors
    /// If the text is blank or too long.
    pub fn decide(&self, text: &str) -> Result<Decision, ClassifyError> {
        let margins = self.margins(text)?;
        decide(&margins, &self.params, &self.header.thresholds).ok_or(ClassifyError::Empty)
    }
}

/// Decides by the margins of a query; none where there are no classes.
fn decide(margins: &[f32], params: &Params, thresholds: &Thresholds) -> Option<Decision> {
    let first = classify::most_probable(margins, params)?;
    let greatest = margins.iter().fold(f32::NEG_INFINITY, |m, x| m.max(*x));
    if greatest < thresholds.out_of_scope_below {
        return Some(Decision::OutOfScope(first));
    }
    if first.probability < thresholds.unsure_below {
        let mut candidates = classify::top_k(margins, params, MAX_CANDIDATES);
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
