//! Models that are pulled from OCI registries, at startup and at intervals.

use crate::registry::Registry;
use intent_runtime::{Classifier, Runtime};
use intent_store::oci::{InstallError, OciError, Remote, install, installed};
use intent_store::scan::{ScanError, versions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use thiserror::Error;

/// A model and the reference that its versions are pulled from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The model's name.
    pub(crate) model: String,
    /// The reference.
    pub(crate) remote: Remote,
}

/// All sources, and the models directory that they are pulled into.
#[derive(Debug)]
pub(crate) struct Sources {
    root: PathBuf,
    runtime: Runtime,
    all: Mutex<Vec<SourceState>>,
}

#[derive(Debug)]
struct SourceState {
    source: Source,
    /// The manifest that was refused, and the reason: it is not fetched again.
    refused: Option<(String, String)>,
}

/// A pull that failed. The versions that serve go on.
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
    /// Sources of models in `root` that must run on `runtime`.
    pub(crate) fn new(root: &Path, runtime: &Runtime, all: Vec<Source>) -> Self {
        let all = all.into_iter().map(|source| SourceState { source, refused: None }).collect();
        Sources { root: root.to_owned(), runtime: runtime.clone(), all: Mutex::new(all) }
    }

    /// Whether a model has no version yet, so that it cannot serve before a pull.
    pub(crate) fn is_missing_versions(&self) -> bool {
        let none = |model: &str| versions(&self.root.join(model)).is_ok_and(|v| v.is_empty());
        self.states().iter().any(|state| none(&state.source.model))
    }

    /// Pulls a new version of each model whose reference has moved since the last pull, and returns the
    /// errors. Blocks.
    pub(crate) fn refresh(&self) -> Vec<String> {
        // the lock is held: two refreshes would install the same version twice
        let mut all = self.states();
        let failed = all.iter_mut().filter_map(|state| {
            let pulled = self.pull(state);
            let (model, reference) = (&state.source.model, state.source.remote.to_string());
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

    /// Refreshes and reloads, at once if `now`, and then at intervals unless `interval` is zero, on a
    /// thread that ends with the registry.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub(crate) fn watch(
        self: &Arc<Self>,
        registry: &Arc<Registry>,
        now: bool,
        interval: Duration,
    ) -> std::io::Result<()> {
        if self.states().is_empty() {
            return Ok(());
        }
        let (sources, registry) = (self.clone(), Arc::downgrade(registry));
        let watch = move || {
            let mut due = now;
            while due || !interval.is_zero() {
                if !due {
                    std::thread::sleep(interval);
                }
                due = false;
                let _ = sources.refresh();
                let Some(registry) = registry.upgrade() else { return };
                registry.reload();
            }
        };
        std::thread::Builder::new().name("pull".into()).spawn(watch).map(drop)
    }

    fn pull(&self, state: &mut SourceState) -> Result<Option<u32>, SourceError> {
        let Source { model, remote } = &state.source;
        let dir = self.root.join(model);
        let is_installed = |manifest: &str| -> Result<bool, ScanError> {
            Ok(installed(&dir, remote)?.is_some_and(|(_, origin)| origin.manifest == manifest))
        };
        let current = remote.digest()?;
        if is_installed(&current)? {
            return Ok(None);
        }
        if let Some((manifest, why)) = &state.refused
            && *manifest == current
        {
            return Err(SourceError::Refused(why.clone()));
        }
        let pulled = remote.pull()?;
        if let Err(error) = Classifier::new(&self.runtime, &pulled.component) {
            let why = format!("{remote}: {error}");
            state.refused = Some((pulled.digest, why.clone()));
            return Err(SourceError::Refused(why));
        }
        let manifest = pulled.digest.clone();
        match install(&dir, remote, pulled, Vec::new()) {
            // another host on the same directory was faster
            Err(_) if is_installed(&manifest)? => Ok(None),
            done => Ok(Some(done?)),
        }
    }

    fn states(&self) -> MutexGuard<'_, Vec<SourceState>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
