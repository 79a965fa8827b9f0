//! Errors of reading the bytes of a model.

use alloc::string::String;
use thiserror::Error;

/// Reasons why bytes are not a model.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum LayoutError {
    /// There are fewer bytes than a header has, or than the header states.
    #[error("the model is truncated: {actual} bytes, {needed} needed")]
    Truncated {
        /// Number of bytes.
        actual: usize,
        /// Number of bytes needed.
        needed: u64,
    },
    /// They do not begin with the magic bytes.
    #[error("not a model: it does not begin with PSINTENT")]
    BadMagic,
    /// Another version of the layout.
    #[error(
        "the model's layout is version {found}; this program reads version {supported}: train it again with this version"
    )]
    Version {
        /// Version of the bytes.
        found: u32,
        /// Version that this program reads.
        supported: u32,
    },
    /// A field of the header is out of its range.
    #[error("the model's header is damaged: {field} is {value}")]
    Header {
        /// Name of the field.
        field: &'static str,
        /// Its value.
        value: u64,
    },
    /// The checksum does not match.
    #[error("the model is corrupted: its checksum is {actual:08x}, {stated:08x} is stated")]
    Checksum {
        /// CRC-32 of the bytes.
        actual: u32,
        /// CRC-32 in the header.
        stated: u32,
    },
    /// The checksum matches, but the content is inconsistent.
    #[error("the model is inconsistent: {0}")]
    Content(String),
}
