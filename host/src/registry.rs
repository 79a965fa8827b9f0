//! The models directory → the versions that serve.
//!
//! `models/<name>/<version>/intent.wasm`; a version is a whole number, the highest serves.
//! Everything else in the directory is somebody else's and is passed over.

use crate::runtime::{Classifier, LoadError, Runtime};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;

/// The name of the component in a version's directory.
pub const COMPONENT: &str = "intent.wasm";

/// Why no version serves.
#[derive(Debug, Error)]
pub enum RegistryError {
    /// The directory cannot be listed.
    #[error("{path}: {cause}")]
    List {
        /// Which directory.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// There is no version.
    #[error("{0} holds no model (no <version>/{COMPONENT}): train one with `make train`")]
    Empty(String),
    /// No version could be loaded; the highest one's reason.
    #[error("{path}: {cause}")]
    Refused {
        /// Which component.
        path: String,
        /// Why it was refused.
        cause: LoadError,
    },
}

/// One version that serves.
#[derive(Debug)]
pub struct Version {
    /// Its number.
    pub number: u64,
    /// Its component.
    pub classifier: Classifier,
}

/// The versions of one model.
#[derive(Debug)]
pub struct Registry {
    current: Arc<Version>,
}

impl Registry {
    /// Loads the highest version of `models/name` that can be loaded. A refused version is
    /// logged and the next lower one tried: a damaged deployment does not take the service down.
    ///
    /// # Errors
    /// Where the directory cannot be read, is empty, or none of its versions can be loaded.
    pub fn open(runtime: &Runtime, models: &Path, name: &str) -> Result<Self, RegistryError> {
        let dir = models.join(name);
        let mut refused = None;
        for (number, path) in versions(&dir)?.into_iter().rev() {
            match Classifier::open(runtime, &path) {
                Ok(classifier) => {
                    return Ok(Registry { current: Arc::new(Version { number, classifier }) });
                }
                Err(error) => {
                    let path = path.display().to_string();
                    tracing::error!(version = number, path, %error, "version refused");
                    refused.get_or_insert((path, error));
                }
            }
        }
        match refused {
            Some((path, cause)) => Err(RegistryError::Refused { path, cause }),
            None => Err(RegistryError::Empty(dir.display().to_string())),
        }
    }

    /// The version that answers.
    #[must_use]
    pub fn current(&self) -> &Arc<Version> {
        &self.current
    }
}

/// The versions in `dir`, ascending, each with its component's path. No directory, no versions.
///
/// # Errors
/// Where the directory is there and cannot be listed.
pub fn versions(dir: &Path) -> Result<Vec<(u64, PathBuf)>, RegistryError> {
    let fail = |cause| RegistryError::List { path: dir.display().to_string(), cause };
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(fail(e)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(fail)?;
        let number = entry.file_name().to_str().and_then(|n| n.parse::<u64>().ok());
        let path = entry.path().join(COMPONENT);
        if let Some(number) = number.filter(|_| path.is_file()) {
            found.push((number, path));
        }
    }
    found.sort_unstable();
    Ok(found)
}
