//! The HTTP front over `posos:intent/classifier`: what a question and its answer look like, for every
//! service that answers one.
//!
//! - `query`: what is asked, out of a URL or a JSON body
//! - `answer`: the JSON of an answer
//! - `problem`: how a service says no
//! - `front`, `component` (only in WebAssembly): the component that any `wasi:http` host serves, by
//!   spin-sdk
//! - `card` (only in WebAssembly): the model's card, as a page
//!
//! The host (`intent-host`) has the first three from here: the two cannot drift apart.

pub mod answer;
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
