//! Errors of baking.

use intent_model::LayoutError;
use intent_runtime::{CallError, LoadError};
use thiserror::Error;

/// Errors of baking a model.
#[derive(Debug, Error)]
pub enum BakeError {
    /// The bytes are no model.
    #[error(transparent)]
    Model(#[from] LayoutError),
    /// The template is not as this module expects it: a fault of this program.
    #[error("the guest template: {0}")]
    Template(String),
    /// The HTTP front and the component cannot be joined: a fault of this program.
    #[error("joining the HTTP front: {0}")]
    Front(String),
    /// The bytes are no component.
    #[error("no component: {0}")]
    Component(String),
    /// The component that came out does not load: a fault of this program.
    #[error("the baked component does not load: {0}")]
    Load(#[from] LoadError),
    /// The component that came out does not run: a fault of this program.
    #[error("the baked component does not run: {0}")]
    Call(#[from] CallError),
    /// The component answers other than the model: a fault of this program.
    #[error("the baked component differs from the model: {0}")]
    Differs(String),
}
