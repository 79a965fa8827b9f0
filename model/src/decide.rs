//! The decision on a query: to answer it, to ask for clarification, or to call it out of scope.
//!
//! There are two thresholds, chosen in training on out-of-fold answers (Chow 1970; El-Yaniv and Wiener 2010). A third
//! number, the candidate mass, says how many candidates an unsure decision has.
//!
//! ```text
//! out of scope   if the greatest margin is below `out_of_scope_below`
//! unsure         else, if the probability of the most probable intent is below `unsure_below`
//! intent         else
//! ```
//!
//! The probabilities of a softmax sum to 1 whatever the question, so they only compare the intents with each other;
//! the greatest margin says whether any of them fits.

use crate::classify::{self, ClassifyError, Prediction};
use crate::model::Model;
use crate::params::{Params, Thresholds};
use crate::source::Source;
use alloc::vec::Vec;

/// Minimum number of candidates of an unsure decision, if the model has as many intents.
pub const MIN_CANDIDATES: usize = 2;
/// Maximum number of candidates of an unsure decision: a person is to choose from them.
pub const MAX_CANDIDATES: usize = 5;

/// A model's decision on a query.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Answer with this intent.
    Intent(Prediction),
    /// Ask for clarification: the candidates, the most probable first, [`MIN_CANDIDATES`] to [`MAX_CANDIDATES`]
    /// of them.
    Unsure(Vec<Prediction>),
    /// The query resembles none of the intents; this is the most probable one.
    OutOfScope(Prediction),
}

impl<S: Source> Model<S> {
    /// Decides whether to answer `text`, by the thresholds of the model.
    ///
    /// # Errors
    /// If the text is blank or too long.
    pub fn decide(&self, text: &str) -> Result<Decision, ClassifyError> {
        let margins = self.margins(text)?;
        // never `None`: a model has at least two classes
        decide(&margins, &self.params, &self.header.thresholds).ok_or(ClassifyError::Empty)
    }
}

/// The decision by the margins of a query; `None` if there are no classes.
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
