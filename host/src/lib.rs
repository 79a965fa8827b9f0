//! Serves trained intent components over HTTP, each request in a fresh, sealed instance.
//!
//! # Layout
//!
//! `intent-runtime` runs components, `intent-store` knows where versions are kept.
//!
//! - [`registry`]: the models directory → the versions that serve
//! - [`sources`]: what is pulled from OCI registries, at the start and again and again
//! - [`admission`]: who waits, and who is turned away
//! - [`http`]: requests → answers, one module a protocol
//! - [`metrics`]: what is counted
//! - [`server`]: sockets, limits, graceful stop
//! - [`telemetry`]: log lines and traces
//! - [`args`]: flags → checked configuration
// not forbid: registry/cache/trusted.rs maps compiled code
#![deny(unsafe_code)]

pub mod admission;
pub mod args;
pub mod healthcheck;
pub mod http;
pub mod metrics;
pub mod registry;
pub mod server;
pub mod sources;
pub mod telemetry;
