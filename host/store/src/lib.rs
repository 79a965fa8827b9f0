//! Versions of models where they are kept: a directory, and OCI registries.
//!
//! # Layout
//!
//! - [`scan`]: which components lie where
//! - [`publish`]: files → a new version's directory, all or nothing
//! - [`oci`]: push to and pull from a registry, over [`tls`]
#![forbid(unsafe_code)]

pub mod oci;
pub mod publish;
pub mod scan;
pub mod tls;
