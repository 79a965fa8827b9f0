//! Serves trained intent components, each request in a fresh, sealed instance.
//!
//! # Layout
//!
//! - [`runtime`]: a component's bytes → checked, compiled → one instance a call
//! - [`registry`]: the models directory → the versions that serve
//! - `http`: requests → answers, one module a route (feature `serve`)
//! - `server`: sockets, limits, graceful stop (feature `serve`)
//! - `args`: flags → checked configuration (feature `serve`)
#![forbid(unsafe_code)]

#[cfg(feature = "serve")]
pub mod args;
#[cfg(feature = "serve")]
pub mod http;
pub mod registry;
pub mod runtime;
#[cfg(feature = "serve")]
pub mod server;
