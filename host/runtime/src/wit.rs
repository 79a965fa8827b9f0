//! The interface of a component, as `wit/` defines it.

pub use crate::bindings::exports::posos::intent::classifier::{
    Abstention, ClassifyError, Contribution, Decision, Explanation, Family, Figures, Golden, Label,
    ModelInfo, Prediction, QueryLength, Selective,
};

/// Name of the interface that a component exports.
pub const INTERFACE: &str = "posos:intent/classifier@0.3.0";

impl Decision {
    /// The most probable intent, whatever the decision is.
    #[must_use]
    pub fn most_probable(&self) -> Option<&Prediction> {
        match self {
            Decision::Intent(p) | Decision::OutOfScope(p) => Some(p),
            Decision::Unsure(candidates) => candidates.first(),
        }
    }
}
