//! The model: the entry point of the crate.

use crate::info::ModelInfo;
use crate::layout::{self, Header, LayoutError};
use crate::params::Params;
use crate::source::{SliceSource, Source};

/// A model whose tables (rows, lexicon, character folding) are read through `S`.
///
/// In memory it is [read from bytes](Model::from_bytes); the guest [puts it together](Model::from_parts) from its
/// data segment. Classifying, deciding, explaining are in [`crate::classify`], [`crate::decide`] and
/// [`crate::explain`].
#[derive(Clone, Debug)]
pub struct Model<S> {
    pub(crate) header: Header,
    pub(crate) params: Params,
    pub(crate) source: S,
}

/// A model in memory.
pub type SliceModel<'a> = Model<SliceSource<'a>>;

impl<S: Source> Model<S> {
    /// Puts a model together from its header, its parameters and the source of the rest.
    #[must_use]
    pub fn from_parts(header: Header, params: Params, source: S) -> Self {
        Model { header, params, source }
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The parameters of the classes.
    #[must_use]
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// A reader of the tables.
    #[must_use]
    pub fn reader(&self) -> S::Reader<'_> {
        self.source.reader()
    }
}

impl<'a> SliceModel<'a> {
    /// Reads a model in memory and checks all of it: header, checksum, parameters, rows, description.
    ///
    /// # Errors
    /// Says what is wrong with the bytes; no bytes make it panic.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, LayoutError> {
        let file = layout::decode(bytes)?;
        let source = SliceSource::new(file.rows, file.header.stride, file.lexicon, file.info);
        Ok(Model { header: file.header, params: file.params, source })
    }

    /// The model's description of itself.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        self.source.info()
    }
}
