//! The models directory → the versions that serve.
//!
//! ```text
//! directory ─ scan ─→ found ─┐
//! models.toml ─ policy ──────┼─ loader ─→ catalog ─ pick ─→ the version of a request
//! watch, POST /v1/reload ────┘
//! ```
//!
//! - [`scan`]: which components lie where
//! - [`publish`]: files → a new version's directory, as the trainer and `oci` put it there
//! - `policy`: `models.toml`, checked
//! - `version`: one component that serves, and its counters
//! - `catalog`: what serves at one moment; never changed, only replaced
//! - `loader`: directory and policy → the next catalog
//! - `cache`: compiled components, kept between starts

#[cfg(feature = "serve")]
pub mod cache;
#[cfg(feature = "serve")]
pub mod catalog;
#[cfg(feature = "serve")]
mod loader;
#[cfg(feature = "serve")]
pub mod policy;
pub mod publish;
pub mod scan;
#[cfg(feature = "serve")]
mod version;

#[cfg(feature = "serve")]
pub use catalog::{Catalog, Selector, State};
#[cfg(feature = "serve")]
pub use loader::{Registry, Report, StartError};
pub use scan::{COMPONENT, ScanError, versions};
#[cfg(feature = "serve")]
pub use version::Version;
