//! A component → the config and the manifest of an OCI artifact.
//!
//! The CNCF TAG Runtime's "Wasm OCI Artifact layout": the layer is the component as it is, the config says
//! which interfaces it exports and imports. Nothing depends on the clock: the same component and
//! annotations have the same digest.

use super::digest;
use oci_client::manifest::{OCI_IMAGE_MEDIA_TYPE, OciDescriptor, OciImageManifest};
use serde_json::json;
use std::collections::BTreeMap;

/// Media type of the config.
pub const CONFIG_TYPE: &str = "application/vnd.wasm.config.v0+json";
/// Media type of the layer.
pub const LAYER_TYPE: &str = "application/wasm";
/// The layout demands a time; of a reproducible artifact it is this one.
const CREATED: &str = "1970-01-01T00:00:00Z";

/// What is pushed.
#[derive(Clone, Debug, Default)]
pub struct Artifact {
    /// The component's bytes.
    pub component: Vec<u8>,
    /// The interfaces that it exports.
    pub exports: Vec<String>,
    /// The interfaces that it imports.
    pub imports: Vec<String>,
    /// What the manifest says of it.
    pub annotations: BTreeMap<String, String>,
}

impl Artifact {
    /// The config.
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

    /// The manifest of the component and of `config`.
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
