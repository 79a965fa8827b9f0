//! Storage of model versions: a directory on disk, and OCI registries.
//!
//! # Layout
//!
//! - [`scan`]: directory → the versions in it
//! - [`publish`]: files → a new version directory, all or nothing
//! - [`oci`]: push to and pull from a registry
//! - [`tls`]: the TLS provider of the process
//!
//! ```text
//! oci ─→ publish
//!  ├───→ scan
//!  └───→ tls
//! ```
//!
//! # Example
//!
//! ```no_run
//! use intent_store::oci::{Remote, install};
//! use intent_store::scan::versions;
//! use std::path::Path;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let dir = Path::new("models/intent");
//! let remote = Remote::parse("registry.example.org/team/intent:1", false)?;
//! install(dir, &remote, remote.pull()?, Vec::new())?;
//! for (number, component) in versions(dir)? {
//!     println!("{number}: {}", component.display());
//! }
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

pub mod oci;
pub mod publish;
pub mod scan;
pub mod tls;
