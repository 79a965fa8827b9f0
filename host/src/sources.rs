//! The references that the host serves: each is a model whose next version comes from a registry.

use crate::registry::Registry;
use intent_runtime::{Classifier, Runtime};
use intent_store::oci::{InstallError, OciError, Remote, install, installed};
use intent_store::scan::{ScanError, versions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    runtime: Runtime,
    all: Mutex<Vec<Followed>>,
}

#[derive(Debug)]
struct Followed {
    source: Source,
    /// The manifest that was no model, and why: it is not fetched again and again.
    refused: Option<(String, String)>,
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
    #[error("{0}")]
    Refused(String),
}

impl Sources {
    /// Sources whose models lie in `root` and have to run on `runtime`.
    #[must_use]
    pub fn new(root: &Path, runtime: &Runtime, all: Vec<Source>) -> Self {
        let all = all.into_iter().map(|source| Followed { source, refused: None }).collect();
        Sources { root: root.to_owned(), runtime: runtime.clone(), all: Mutex::new(all) }
    }

    /// Whether a model has no version yet, so that nothing serves before it was pulled.
    #[must_use]
    pub fn is_wanting(&self) -> bool {
        let none = |model: &str| versions(&self.root.join(model)).is_ok_and(|v| v.is_empty());
        self.followed().iter().any(|f| none(&f.source.model))
    }

    /// Pulls what is new: a version more for each reference that stands for something else than when it
    /// was pulled last. Says what could not be pulled, and why. Blocks.
    #[must_use]
    pub fn refresh(&self) -> Vec<String> {
        // one at a time: two would install the same version twice
        let mut all = self.followed();
        let failed = all.iter_mut().filter_map(|followed| {
            let pulled = self.pull(followed);
            let (model, reference) = (&followed.source.model, followed.source.remote.to_string());
            match pulled {
                Ok(Some(version)) => tracing::info!(%model, version, %reference, "pulled"),
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%model, %error, "not pulled");
                    return Some(error.to_string());
                }
            }
            None
        });
        failed.collect()
    }

    /// Refreshes and reloads, now where `now`, then again and again unless `every` is zero, on a thread
    /// that ends with the registry.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn watch(
        self: &Arc<Self>,
        registry: &Arc<Registry>,
        now: bool,
        every: Duration,
    ) -> std::io::Result<()> {
        if self.followed().is_empty() {
            return Ok(());
        }
        let (sources, registry) = (self.clone(), Arc::downgrade(registry));
        let look = move || {
            let mut due = now;
            while due || !every.is_zero() {
                if !due {
                    std::thread::sleep(every);
                }
                due = false;
                let _ = sources.refresh();
                let Some(registry) = registry.upgrade() else { return };
                registry.reload();
            }
        };
        std::thread::Builder::new().name("pull".into()).spawn(look).map(drop)
    }

    fn pull(&self, followed: &mut Followed) -> Result<Option<u32>, SourceError> {
        let Source { model, remote } = &followed.source;
        let dir = self.root.join(model);
        let is_there = |manifest: &str| -> Result<bool, ScanError> {
            Ok(installed(&dir, remote)?.is_some_and(|(_, origin)| origin.manifest == manifest))
        };
        let now = remote.digest()?;
        if is_there(&now)? {
            return Ok(None);
        }
        if let Some((manifest, why)) = &followed.refused
            && *manifest == now
        {
            return Err(SourceError::Refused(why.clone()));
        }
        let pulled = remote.pull()?;
        if let Err(error) = Classifier::new(&self.runtime, &pulled.component) {
            let why = format!("{remote}: {error}");
            followed.refused = Some((pulled.digest, why.clone()));
            return Err(SourceError::Refused(why));
        }
        let manifest = pulled.digest.clone();
        match install(&dir, remote, pulled, Vec::new()) {
            // another host on the same directory was faster
            Err(_) if is_there(&manifest)? => Ok(None),
            done => Ok(Some(done?)),
        }
    }

    fn followed(&self) -> MutexGuard<'_, Vec<Followed>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
