//! Models in OCI registries, as Wasm artifacts in the CNCF's layout: one layer `application/wasm`.
//!
//! ```text
//! reference ─→ Remote ─ push ←─ Artifact (component, world, annotations)
//!                     └ pull ─→ Pulled ─ install ─→ models/<name>/<next version>/
//! ```
//!
//! - `remote`: a reference; push and pull
//! - `session`: one authenticated exchange with a registry, through the crate `oci-client`
//! - `credentials`: docker's credentials for a registry
//! - `artifact`: component → config and manifest, reproducibly
//! - `install`: pulled artifact → the next version, with its origin
//! - `digest`, `error`: what the others share

mod artifact;
mod credentials;
mod digest;
mod error;
mod install;
mod remote;
mod session;

pub use artifact::Artifact;
pub use error::OciError;
pub use install::{InstallError, Origin, install, installed};
pub use remote::{Pulled, Remote};
