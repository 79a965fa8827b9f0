//! Model bytes + guest template → component. No compiler runs: the template is part of this
//! program.
//!
//! - `segment`: the model becomes a passive data segment, the template's two imports become
//!   bodies that read it
//! - `component`: the core module becomes a component, validated
//! - [`compose`]: the component joined with the HTTP front: one file for any `wasi:http` host
//! - [`selftest`]: the component answers as the model does, bit for bit
//! - [`world`]: what a component imports and exports
//! - [`extract`]: the way back, from a component to its model's bytes

#![forbid(unsafe_code)]

mod component;
pub mod compose;
mod error;
pub mod extract;
pub mod golden;
mod segment;
pub mod selftest;
pub mod world;

pub use error::BakeError;

use intent_guests::TEMPLATE;
use intent_model::Model;

/// Bakes a model: checked, injected, wrapped and validated. Run [`selftest`] before trusting it
/// with a deployment.
///
/// # Errors
/// If `model` is no model.
pub fn bake(model: &[u8]) -> Result<Vec<u8>, BakeError> {
    let stride = Model::from_bytes(model)?.header().stride;
    let module = segment::inject(TEMPLATE, model, stride as u32)?;
    component::wrap(&module)
}
