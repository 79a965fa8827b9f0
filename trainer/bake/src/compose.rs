//! Component + HTTP front → one component that exports `wasi:http/incoming-handler`. Nothing is
//! compiled: the front is part of this program.

use crate::BakeError;
use intent_guests::FRONT;
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions, plug};

/// Joins `classifier`, from [`super::bake`], with the front, and validates the whole.
///
/// # Errors
/// Where `classifier` does not export what the front imports.
pub fn with_front(classifier: &[u8]) -> Result<Vec<u8>, BakeError> {
    let mut graph = CompositionGraph::new();
    let mut add = |name: &str, bytes: &[u8]| {
        let package = Package::from_bytes(name, None, bytes.to_vec(), graph.types_mut())
            .map_err(|e| BakeError::Front(format!("{name}: {e:#}")))?;
        graph.register_package(package).map_err(|e| BakeError::Front(format!("{name}: {e}")))
    };
    let front = add("posos:intent-http", FRONT)?;
    let classifier = add("posos:intent-classifier", classifier)?;
    plug(&mut graph, vec![classifier], front).map_err(|e| BakeError::Front(e.to_string()))?;
    let options = EncodeOptions { define_components: true, validate: true, processor: None };
    graph.encode(options).map_err(|e| BakeError::Front(format!("{e:#}")))
}
