//! The two guests in WebAssembly, compiled by this crate's build script. It depends on no other crate, so that cargo
//! builds it beside the others from the start.
#![forbid(unsafe_code)]

/// The template that a model is baked into: a core module, built from `guest/`.
pub static TEMPLATE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/template.wasm"));

/// The HTTP front: a component, built from `guest/http/`.
pub static FRONT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/front.wasm"));
