//! The references that the host serves: each is a model whose next version comes from a registry.

use super::{InstallError, OciError, Remote, install, installed};
use crate::registry::{Registry, ScanError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use thiserror::Error;

/// A model, and where its versions come from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The model's name.
    pub model: String,
    /// The reference.
    pub remote: Remote,
}

/// All of them, and the directory that they are written to.
#[derive(Debug)]
pub struct Sources {
    root: PathBuf,
    all: Mutex<Vec<Source>>,
}

/// Why a source brought nothing. The versions that serve go on.
#[derive(Debug, Error)]
enum SourceError {
    #[error(transparent)]
    Oci(#[from] OciError),
    #[error(transparent)]
    Scan(#[from] ScanError),
    #[error(transparent)]
    Install(#[from] InstallError),
}

impl Sources {
    /// Sources whose models lie in `root`.
    #[must_use]
    pub fn new(root: &Path, all: Vec<Source>) -> Self {
        Sources { root: root.to_owned(), all: Mutex::new(all) }
    }

    /// Pulls what is new: a version more for each reference that stands for something else than when it
    /// was pulled last. Says what could not be pulled, and why. Blocks.
    #[must_use]
    pub fn refresh(&self) -> Vec<String> {
        // one at a time: two would install the same version twice
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = all.iter().filter_map(|source| match self.pull(source) {
            Ok(Some(version)) => {
                let (model, reference) = (&source.model, source.remote.to_string());
                tracing::info!(%model, version, %reference, "pulled");
                None
            }
            Ok(None) => None,
            Err(error) => {
                tracing::warn!(model = %source.model, %error, "not pulled");
                Some(error.to_string())
            }
        });
        failed.collect()
    }

    /// Refreshes and reloads again and again, on a thread that ends with the registry.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn watch(
        self: &Arc<Self>,
        registry: &Arc<Registry>,
        every: Duration,
    ) -> std::io::Result<()> {
        let (sources, registry) = (self.clone(), Arc::downgrade(registry));
        let look = move || loop {
            std::thread::sleep(every);
            let _ = sources.refresh();
            let Some(registry) = registry.upgrade() else { return };
            registry.reload();
        };
        std::thread::Builder::new().name("pull".into()).spawn(look).map(drop)
    }

    fn pull(&self, source: &Source) -> Result<Option<u32>, SourceError> {
        let dir = self.root.join(&source.model);
        let before = installed(&dir, &source.remote)?;
        let now = source.remote.digest()?;
        if before.is_some_and(|(_, origin)| origin.manifest == now) {
            return Ok(None);
        }
        let pulled = source.remote.pull()?;
        Ok(Some(install(&dir, &source.remote, pulled, Vec::new())?))
    }
}
