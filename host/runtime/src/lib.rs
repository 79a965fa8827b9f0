//! A component's bytes → checked and compiled → one fresh instance a call.
//!
//! Compiled once, linked once ([`wasmtime`]'s `InstancePre`); a call takes an instance out of the
//! pool, runs and drops it. Nothing that one query wrote is there for the next.

#![forbid(unsafe_code)]

mod bindings;
mod classifier;
mod engine;
mod error;

pub use bindings::exports::posos::intent::classifier::{
    Abstention, ClassifyError, Contribution, Decision, Explanation, Family, Figures, Golden, Label,
    ModelInfo, Prediction, QueryLength, Selective,
};
pub use classifier::Classifier;
#[cfg(feature = "bench")]
pub use classifier::{NATIVE, Native};
pub use engine::{Limits, Runtime};
pub use error::{CallError, LoadError};

/// What a component exports, as `wit/` names it.
pub const INTERFACE: &str = "posos:intent/classifier@0.3.0";

impl Decision {
    /// The most probable intent, whatever is to be done with it.
    #[must_use]
    pub fn most_probable(&self) -> Option<&Prediction> {
        match self {
            Decision::Intent(p) | Decision::OutOfScope(p) => Some(p),
            Decision::Unsure(candidates) => candidates.first(),
        }
    }
}
