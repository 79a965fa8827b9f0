//! The models directory → the versions that serve.
//!
//! ```text
//! directory ─ scan ─→ found ─┐
//! models.toml ─ policy ──────┼─ loader ─→ catalog ─ pick ─→ the version of a request
//! watch, POST /v1/reload ────┘
//! ```
//!
//! - `policy`: `models.toml`, checked
//! - `version`: one component that serves, and its counters
//! - `catalog`: what serves at one moment; never changed, only replaced
//! - `loader`: directory and policy → the next catalog
//! - `cache`: compiled components, kept between starts

pub mod cache;
pub mod catalog;
mod loader;
pub mod policy;
mod version;

pub use catalog::{Catalog, Selector, State};
pub use loader::{Registry, Report, StartError};
pub use version::Version;
