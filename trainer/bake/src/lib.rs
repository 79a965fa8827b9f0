//! Model bytes + guest template → component. No compiler runs: the template is part of this
//! program.
//!
//! - [`segment`]: the model becomes a passive data segment, the template's two imports become
//!   bodies that read it
//! - [`component`]: the core module becomes a component, validated
//! - [`compose`]: the component joined with the HTTP front: one file for any `wasi:http` host
//! - [`selftest`]: the component answers as the model does, bit for bit
//! - [`world`]: what a component imports and exports
//! - [`extract`]: the way back, from a component to its model's bytes

#![forbid(unsafe_code)]

pub mod component;
pub mod compose;
pub mod extract;
pub mod golden;
pub mod segment;
pub mod selftest;
pub mod world;

use intent_guests::TEMPLATE;
use intent_model::{LayoutError, Model};
use intent_runtime::{CallError, LoadError};
use thiserror::Error;

/// Why a model cannot be baked.
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

/// Bakes a model: checked, injected, wrapped and validated. Run [`selftest`] before trusting it
/// with a deployment.
///
/// # Errors
/// Where `model` is no model.
pub fn bake(model: &[u8]) -> Result<Vec<u8>, BakeError> {
    let stride = Model::from_bytes(model)?.header().stride;
    let module = segment::inject(TEMPLATE, model, stride as u32)?;
    component::wrap(&module)
}
