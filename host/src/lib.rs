//! Serves trained intent components, each request in a fresh, sealed instance.
//!
//! # Layout
//!
//! - [`runtime`]: a component's bytes → checked, compiled → one instance a call
//! - [`registry`]: the models directory → the versions that serve
//! - `oci`: models in OCI registries, pushed and pulled (feature `oci`)
//! - `admission`: who waits, and who is turned away (feature `serve`)
//! - `http`: requests → answers, one module a protocol (feature `serve`)
//! - `metrics`: what is counted (feature `serve`)
//! - `server`: sockets, limits, graceful stop (feature `serve`)
//! - `telemetry`: log lines and traces (feature `serve`)
//! - `args`: flags → checked configuration (feature `serve`)
// not forbid: registry/cache/trusted.rs maps compiled code
#![deny(unsafe_code)]

#[cfg(feature = "serve")]
pub mod admission;

#[cfg(feature = "serve")]
pub mod args;
#[cfg(feature = "serve")]
pub mod healthcheck;
#[cfg(feature = "serve")]
pub mod http;
#[cfg(feature = "serve")]
pub mod metrics;
#[cfg(feature = "oci")]
pub mod oci;
pub mod registry;
pub mod runtime;
#[cfg(feature = "serve")]
pub mod server;
#[cfg(feature = "serve")]
pub mod telemetry;
