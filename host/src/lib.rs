//! Serves trained intent components over HTTP, each request in a fresh, sealed instance.
//!
//! # Layout
//!
//! `intent-runtime` runs components, `intent-store` stores their versions, `intent-http` is the HTTP
//! contract.
//!
//! - [`args`]: flags → checked configuration, which is in [`config`]
//! - [`server`]: listeners, connections, graceful shutdown
//! - [`http`]: requests → responses, one module per protocol; `http/routes.rs` is the route table
//! - `admission`: the queue
//! - [`registry`]: the models directory → the versions that serve
//! - `sources`: models that are pulled from OCI registries
//! - `metrics`: metrics for Prometheus; [`telemetry`]: log lines and traces
//! - [`healthcheck`]: the command of that name
//!
//! ```text
//! main ─→ args ─→ config
//!   └───→ server ─→ http ─→ registry ─→ metrics
//!                    ├────→ admission
//!                    ├────→ sources ──→ registry
//!                    └────→ telemetry
//! ```
//!
//! A new route is a row in `http/routes.rs`, an arm in `http/dispatch.rs` and a handler.
// not forbid: registry/cache/trusted.rs maps compiled code
#![deny(unsafe_code)]

mod admission;
pub mod args;
pub mod config;
pub mod healthcheck;
pub mod http;
mod metrics;
pub mod registry;
pub mod server;
mod sources;
pub mod telemetry;
