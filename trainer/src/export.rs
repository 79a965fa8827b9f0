//! The files of a version beside the component, a module for each format. Each returns bytes; the
//! version directory is written whole or not at all (`intent_store::publish`).

pub(crate) mod card;
pub(crate) mod confusion;
pub(crate) mod embeddings;
pub(crate) mod metrics;
pub mod plot;
pub(crate) mod predictions;
pub(crate) mod report;
pub(crate) mod variability;
