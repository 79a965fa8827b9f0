//! The only unsafe call of the host: it maps machine code from a file.
//!
//! wasmtime runs a compiled component as it is. [`super::Cache::open`] made sure that the directory
//! is this user's alone, and [`super::Cache::load`] that a file in it was written whole by this
//! program: to a temporary file, synced, then renamed.
#![allow(unsafe_code)]

use std::path::Path;
use wasmtime::component::Component;
use wasmtime::{Engine, Result};

/// Maps the compiled component at `path`. One of another engine or version is refused.
pub(super) fn component(engine: &Engine, path: &Path) -> Result<Component> {
    // SAFETY: the file was made by `Engine::precompile_component` and nobody else can write to it
    unsafe { Component::deserialize_file(engine, path) }
}
