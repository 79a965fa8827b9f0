//! What a training writes beside the component, one format a module. Each gives bytes; the
//! version directory appears whole or not at all (`intent_store::publish`).

pub mod card;
pub mod confusion;
pub mod embeddings;
pub mod metrics;
pub mod plot;
pub mod predictions;
pub mod report;
pub mod variability;
