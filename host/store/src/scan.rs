//! The layout of the models directory: `models/<name>/<version>/intent.wasm`.
//!
//! A version is a whole number. Everything else in the directories is ignored.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The name of the component in a version's directory.
pub const COMPONENT: &str = "intent.wasm";

/// A directory that cannot be listed.
#[derive(Debug, Error)]
#[error("{path}: {cause}")]
pub struct ScanError {
    /// The directory.
    pub path: String,
    /// The error of the system.
    pub cause: std::io::Error,
}

/// A fingerprint of a file: it differs once the file was replaced or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    /// Takes the fingerprint of a file.
    #[must_use]
    pub fn new(file: &Metadata) -> Self {
        Stamp {
            device: file.dev(),
            inode: file.ino(),
            bytes: file.len(),
            modified: (file.mtime(), file.mtime_nsec()),
            changed: (file.ctime(), file.ctime_nsec()),
        }
    }
}

/// Lists the versions in `dir`, ascending, each with its component's path. A missing directory has
/// none.
///
/// # Errors
/// If the directory exists and cannot be listed.
pub fn versions(dir: &Path) -> Result<Vec<(u64, PathBuf)>, ScanError> {
    let mut found: Vec<(u64, PathBuf)> = children(dir)?
        .into_iter()
        .filter_map(|(name, path)| {
            let number: u64 = name.parse().ok()?;
            // "01" would be a second name of version 1
            (number.to_string() == name).then(|| (number, path.join(COMPONENT)))
        })
        .filter(|(_, component)| component.is_file())
        .collect();
    found.sort_unstable();
    Ok(found)
}

/// Lists the models in `root`: directories with a valid name and at least one version.
///
/// # Errors
/// If a directory cannot be listed.
pub fn models(root: &Path) -> Result<Vec<String>, ScanError> {
    let mut names = Vec::new();
    for (name, path) in children(root)? {
        if is_name(&name) && !versions(&path)?.is_empty() {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Whether `name` is valid for a model or a label: it is used in URLs and metrics unescaped.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !name.is_empty() && name.len() <= 100 && !name.starts_with('.') && name.chars().all(good)
}

/// Lists the directories in `dir`, by name and path.
fn children(dir: &Path) -> Result<Vec<(String, PathBuf)>, ScanError> {
    let failed = |cause| ScanError { path: dir.display().to_string(), cause };
    let entries = match std::fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if let Some(name) = path.file_name().and_then(|n| n.to_str())
            && path.is_dir()
        {
            found.push((name.to_owned(), path));
        }
    }
    Ok(found)
}
