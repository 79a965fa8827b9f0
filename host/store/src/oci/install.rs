//! Pulled artifact → the next version of a model, with a record of its origin.

use super::digest::digest;
use super::remote::{Pulled, Remote};
use crate::publish::{self, PublishError};
use crate::scan::{COMPONENT, ScanError, versions};
use serde::{Deserialize, Serialize};
use std::path::Path;
use thiserror::Error;

/// Name of the file that records the origin.
const ORIGIN: &str = "oci.json";

/// The origin of a pulled version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The reference that was pulled.
    pub reference: String,
    /// Digest of the manifest that it stood for at that time.
    pub manifest: String,
    /// Digest of the component.
    pub component: String,
}

/// A version that could not be installed.
#[derive(Debug, Error)]
pub enum InstallError {
    /// The directory cannot be listed.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// The directory cannot be written.
    #[error("{0}: pulled models are written there")]
    Publish(#[from] PublishError),
    /// Version numbers are 32 bits wide, and all are used.
    #[error("{0}: the highest version is out of range")]
    Range(String),
}

/// Finds the highest version in `dir` that was pulled from `remote`.
///
/// # Errors
/// If the directory cannot be listed.
pub fn installed(dir: &Path, remote: &Remote) -> Result<Option<(u64, Origin)>, ScanError> {
    let reference = remote.to_string();
    let origin = |path: &Path| -> Option<Origin> {
        serde_json::from_slice(&std::fs::read(path.with_file_name(ORIGIN)).ok()?).ok()
    };
    let mut found =
        versions(dir)?.into_iter().rev().filter_map(|(n, path)| Some((n, origin(&path)?)));
    Ok(found.find(|(_, origin)| origin.reference == reference))
}

/// Writes `pulled`, and `more` files beside it, as the next version in `dir`.
///
/// # Errors
/// If the directory cannot be listed or written; nothing is left behind then.
pub fn install(
    dir: &Path,
    remote: &Remote,
    pulled: Pulled,
    more: Vec<(&str, Vec<u8>)>,
) -> Result<u32, InstallError> {
    let highest = versions(dir)?.last().map_or(0, |(number, _)| *number);
    let next = u32::try_from(highest.saturating_add(1))
        .map_err(|_| InstallError::Range(dir.display().to_string()))?;
    let (manifest, component) = (pulled.digest, digest(&pulled.component));
    let origin = Origin { reference: remote.to_string(), manifest, component };
    // three strings: this cannot fail
    let origin = serde_json::to_vec_pretty(&origin).unwrap_or_default();
    let mut files = vec![(COMPONENT, pulled.component), (ORIGIN, origin)];
    files.extend(more);
    publish::version(dir, next, &files)?;
    Ok(next)
}
