//! Programs that tests of several crates drive.
#![forbid(unsafe_code)]
#![allow(missing_docs, clippy::missing_panics_doc, clippy::unwrap_used)]

mod browser;
mod docker_registry;

pub use browser::Browser;
pub use docker_registry::{DockerRegistry, USER};
