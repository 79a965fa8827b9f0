//! A component → the config and the manifest of an OCI artifact.
//!
//! The layout is the CNCF TAG Runtime's "Wasm OCI Artifact layout": the layer is the component as it is, the
//! config lists the interfaces that it exports and imports. Nothing depends on the clock: the same component
//! and annotations have the same digest.

use super::digest::digest;
use oci_client::manifest::{OCI_IMAGE_MEDIA_TYPE, OciDescriptor, OciImageManifest};
use serde_json::json;
use std::collections::BTreeMap;

/// Media type of the config.
const CONFIG_TYPE: &str = "application/vnd.wasm.config.v0+json";
/// Media type of the layer.
pub(super) const LAYER_TYPE: &str = "application/wasm";
/// Largest layer that is pulled: thirty times the size of a model of 77 classes.
pub(super) const MAX_LAYER_BYTES: u64 = 256 << 20;
/// Creation time. The layout demands one, and a reproducible artifact cannot have the real one.
const CREATED: &str = "1970-01-01T00:00:00Z";

/// An artifact to push.
#[derive(Clone, Debug, Default)]
pub struct Artifact {
    /// The component's bytes.
    pub component: Vec<u8>,
    /// Interfaces that the component exports.
    pub exports: Vec<String>,
    /// Interfaces that the component imports.
    pub imports: Vec<String>,
    /// The annotations of the manifest.
    pub annotations: BTreeMap<String, String>,
}

impl Artifact {
    /// The config, as JSON.
    pub(super) fn config(&self) -> Vec<u8> {
        let config = json!({
            "created": CREATED,
            "architecture": "wasm",
            "os": "wasip2",
            "layerDigests": [digest(&self.component)],
            "component": { "exports": self.exports, "imports": self.imports, "target": null },
        });
        config.to_string().into_bytes()
    }

    /// The manifest, with the component as its layer.
    pub(super) fn manifest(&self, config: &[u8]) -> OciImageManifest {
        let descriptor = |media_type: &str, bytes: &[u8]| OciDescriptor {
            media_type: media_type.to_owned(),
            digest: digest(bytes),
            size: bytes.len() as i64,
            ..OciDescriptor::default()
        };
        OciImageManifest {
            media_type: Some(OCI_IMAGE_MEDIA_TYPE.to_owned()),
            config: descriptor(CONFIG_TYPE, config),
            layers: vec![descriptor(LAYER_TYPE, &self.component)],
            annotations: (!self.annotations.is_empty()).then(|| self.annotations.clone()),
            ..OciImageManifest::default()
        }
    }
}
