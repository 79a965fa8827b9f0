//! The files of a data set, on disk or unpacked in memory from an encrypted archive.

use crate::archive::{self, Unpacked};
use crate::openpgp;
use crate::passphrase::{Passphrase, PassphraseError};
use crate::problem::DataError;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// The files that a path leads to. Those in an archive have their paths in it, and are shown as
/// `data.tgz.gpg: directory/file.csv`.
#[derive(Debug)]
pub struct Files {
    given: PathBuf,
    unpacked: Option<Unpacked>,
}

impl Files {
    /// Files on disk.
    #[must_use]
    pub fn on_disk(path: &Path) -> Self {
        Files { given: path.to_owned(), unpacked: None }
    }

    /// Whether `path` is named as an encrypted archive is.
    #[must_use]
    pub fn is_encrypted(path: &Path) -> bool {
        let extension = path.extension().and_then(|e| e.to_str()).map(str::to_lowercase);
        matches!(extension.as_deref(), Some("gpg" | "pgp" | "asc"))
    }

    /// Opens `path`: an encrypted archive is decrypted and unpacked in memory to at most
    /// `limit` bytes.
    ///
    /// # Errors
    /// If the archive cannot be opened.
    pub fn open(
        path: &Path,
        limit: u64,
        passphrase: impl FnOnce() -> Result<Passphrase, PassphraseError>,
    ) -> Result<Self, DataError> {
        if !Files::is_encrypted(path) || path.is_dir() {
            return Ok(Files::on_disk(path));
        }
        let message = std::fs::read(path).map_err(|e| DataError::read(path, e))?;
        let opening = |cause| DataError::Opening { path: path.display().to_string(), cause };
        openpgp::available().map_err(opening)?;
        let content = openpgp::decrypt(&message, &passphrase()?, limit).map_err(opening)?;
        let unpacked = archive::unpack(&content, limit)
            .map_err(|cause| DataError::Archive { path: path.display().to_string(), cause })?;
        Ok(Files { given: path.to_owned(), unpacked: Some(unpacked) })
    }

    /// The path that was given.
    #[must_use]
    pub fn given(&self) -> &Path {
        &self.given
    }

    /// Number of the files in memory; none if they are on disk.
    #[must_use]
    pub fn decrypted(&self) -> Option<usize> {
        self.unpacked.as_ref().map(Unpacked::len)
    }

    /// Whether there may be more than one file.
    #[must_use]
    pub fn is_dir(&self) -> bool {
        self.unpacked.is_some() || self.given.is_dir()
    }

    /// The name of `file` in messages.
    #[must_use]
    pub fn shown(&self, file: &Path) -> PathBuf {
        match self.unpacked {
            None => file.to_owned(),
            Some(_) if file.as_os_str().is_empty() => self.given.clone(),
            Some(_) => {
                let mut shown = self.given.clone().into_os_string();
                shown.push(": ");
                shown.push(file);
                PathBuf::from(shown)
            }
        }
    }

    /// The directory where a data set begins whose files are named so: the one that was given; in an
    /// archive, the first that holds one, the least deep before the others.
    #[must_use]
    pub fn root(&self, names: &[String]) -> PathBuf {
        let Some(unpacked) = &self.unpacked else { return self.given.clone() };
        let is_named = |file: &&PathBuf| {
            file.file_name().and_then(|n| n.to_str()).is_some_and(|n| names.iter().any(|m| m == n))
        };
        let first = unpacked.keys().filter(is_named).min_by_key(|file| file.components().count());
        first.and_then(|file| file.parent()).map(Path::to_owned).unwrap_or_default()
    }

    /// Whether `file` is there.
    #[must_use]
    pub fn is_file(&self, file: &Path) -> bool {
        match &self.unpacked {
            None => file.is_file(),
            Some(unpacked) => unpacked.contains_key(file),
        }
    }

    /// The bytes of `file`.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(&self, file: &Path) -> Result<Cow<'_, [u8]>, DataError> {
        let Some(unpacked) = &self.unpacked else {
            return std::fs::read(file).map(Cow::Owned).map_err(|e| DataError::read(file, e));
        };
        let absent = || DataError::read(&self.shown(file), std::io::ErrorKind::NotFound.into());
        unpacked.get(file).map(|bytes| Cow::Borrowed(&bytes[..])).ok_or_else(absent)
    }
}
