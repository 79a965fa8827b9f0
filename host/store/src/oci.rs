//! Models in OCI registries, as Wasm artifacts of the CNCF's layout: one layer `application/wasm`.
//!
//! ```text
//! reference ─→ Remote ─ push ←─ Artifact (component, world, annotations)
//!                     └ pull ─→ Pulled ─ install ─→ models/<name>/<next version>/
//! ```
//!
//! - `remote`: a reference and its registry, by the crate `oci-client`
//! - `artifact`: component → config and manifest, the same bytes each time
//! - `install`: what was pulled → the next version, and which reference it came from
//! - `credentials`: those of docker's configuration

mod artifact;
mod credentials;
mod install;
mod remote;

pub use artifact::{Artifact, CONFIG_TYPE, LAYER_TYPE};
pub use install::{InstallError, Origin, install, installed};
pub use remote::{OciError, Pulled, Remote};

use sha2::{Digest, Sha256};

/// `sha256:` and the digest in hexadecimal digits, as OCI writes it.
fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256:{hex}")
}
