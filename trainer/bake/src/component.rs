//! Core module → component, by the description of the world that the template carries.

use crate::error::BakeError;
use wit_component::ComponentEncoder;

/// Wraps and validates `module`.
///
/// # Errors
/// If the module does not implement the world.
pub(crate) fn wrap(module: &[u8]) -> Result<Vec<u8>, BakeError> {
    let fault = |e: &dyn std::fmt::Display| BakeError::Template(format!("{e:#}"));
    let mut encoder = ComponentEncoder::default().module(module).map_err(|e| fault(&e))?;
    encoder = encoder.validate(true);
    encoder.encode().map_err(|e| fault(&e))
}
