//! Component → its model's bytes: the longest passive data segment that begins as a model.

use intent_model::{LayoutError, Model};
use thiserror::Error;
use wasmparser::{DataKind, Parser, Payload};

/// Errors of extracting a model.
#[derive(Debug, Error)]
pub enum ExtractError {
    /// The bytes are no component.
    #[error("not a valid WebAssembly component: {0}")]
    Invalid(#[from] wasmparser::BinaryReaderError),
    /// The component holds no model.
    #[error("the component holds no model: it was not baked by intent-trainer")]
    None,
    /// The component's model is damaged.
    #[error(transparent)]
    Damaged(#[from] LayoutError),
}

/// The model inside `component`, checked.
///
/// # Errors
/// If there is none, or it is damaged.
pub fn model(component: &[u8]) -> Result<&[u8], ExtractError> {
    for payload in Parser::new(0).parse_all(component) {
        let Payload::DataSection(segments) = payload? else { continue };
        for segment in segments {
            let segment = segment?;
            if matches!(segment.kind, DataKind::Passive) && segment.data.starts_with(b"PSINTENT") {
                Model::from_bytes(segment.data)?;
                return Ok(segment.data);
            }
        }
    }
    Err(ExtractError::None)
}
