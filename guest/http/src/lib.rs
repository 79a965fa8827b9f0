//! The HTTP contract of a classifier, and the HTTP front: a component that implements it over
//! `posos:intent/classifier`.
//!
//! # Layout
//!
//! - [`query`]: URL or JSON body → request
//! - [`answer`]: the JSON of an answer
//! - [`problem`]: error responses
//! - [`headers`], [`limits`]: names and bounds that the front and the host share
//! - `front`, `component` (WebAssembly only): the component that any `wasi:http` host serves, through
//!   spin-sdk, over the generated `bindings`
//! - `card` (WebAssembly only): the model's card, as a page
//!
//! The host (`intent-host`) uses the public modules, so that it and the front cannot drift apart.

pub mod answer;
pub mod headers;
pub mod limits;
pub mod problem;
pub mod query;

#[cfg(target_arch = "wasm32")]
mod bindings;
#[cfg(target_arch = "wasm32")]
mod card;
#[cfg(target_arch = "wasm32")]
mod component;
#[cfg(target_arch = "wasm32")]
mod front;
