//! The registry of this host: the models directory → the versions that serve. (An OCI registry is another thing:
//! `intent_store::oci`.)
//!
//! ```text
//! directory ─ scan ─→ found ─┐
//! models.toml ─ policy ──────┼─ loader ─→ catalog ─ pick ─→ the version of a request
//! watch, POST /v1/reload ────┘
//! ```
//!
//! - `policy`: `models.toml`, checked
//! - `version`: one component that serves, and its counters
//! - `catalog`: the versions that serve at one moment; immutable
//! - `loader`: directory and policy → the next catalog; `slots`: its bookkeeping
//! - `cache`: compiled components on disk

mod cache;
pub(crate) mod catalog;
mod loader;
pub mod policy;
mod slots;
mod version;

pub(crate) use catalog::Selector;
pub(crate) use version::Version;

use crate::metrics::Metrics;
use arc_swap::{ArcSwap, Guard};
use cache::Cache;
use catalog::Catalog;
use intent_runtime::Runtime;
use intent_store::scan::{self, COMPONENT, ScanError};
use loader::{Loader, ReloadReport};
use policy::PolicyError;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use thiserror::Error;

/// Reasons why a host cannot start.
#[derive(Debug, Error)]
pub(crate) enum StartError {
    /// A directory cannot be listed.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// `models.toml` cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The default model has no version.
    #[error("{0} holds no model (no <version>/{COMPONENT}): train one with `make train`")]
    Empty(String),
    /// All versions of the default model were refused; the reason is the highest one's.
    #[error("{path}: {reason}")]
    Refused {
        /// The component.
        path: String,
        /// The reason.
        reason: String,
    },
}

/// The versions that serve, kept in line with the models directory.
#[derive(Debug)]
pub(crate) struct Registry {
    catalog: ArcSwap<Catalog>,
    root: PathBuf,
    loader: Mutex<Loader>,
}

impl Registry {
    /// Loads the models in the directory `root`. Routes that name no model use `default`.
    ///
    /// # Errors
    /// If the directory or `models.toml` cannot be used, or no version of `default` serves.
    pub(crate) fn open(
        runtime: &Runtime,
        root: &Path,
        default: &str,
        cache: Option<&Path>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, StartError> {
        let cache = cache.map(Cache::open).transpose().unwrap_or_else(|error| {
            tracing::warn!(%error, "no compile cache");
            None
        });
        let loader = Mutex::new(Loader::new(runtime, root, default, cache, metrics)?);
        let registry = Registry { catalog: ArcSwap::default(), root: root.to_owned(), loader };
        registry.reload();
        match registry.catalog().model(Some(default)).is_ok_and(|m| m.highest().is_some()) {
            true => Ok(registry),
            false => Err(registry.why_empty(default)),
        }
    }

    /// The reason why no version of the model serves.
    fn why_empty(&self, model: &str) -> StartError {
        let dir = self.root.join(model);
        let found = match scan::versions(&dir) {
            Ok(found) => found,
            Err(error) => return error.into(),
        };
        let statuses = self.catalog().model(Some(model)).map(|m| m.statuses.clone());
        let refused = statuses.unwrap_or_default().into_iter().rev().find_map(|status| {
            let path = found.iter().find(|f| f.0 == status.number)?.1.display().to_string();
            Some(StartError::Refused { path, reason: status.error? })
        });
        refused.unwrap_or_else(|| StartError::Empty(dir.display().to_string()))
    }

    /// The present catalog. Cheap, and never blocks.
    pub(crate) fn catalog(&self) -> Guard<Arc<Catalog>> {
        self.catalog.load()
    }

    /// The directory of a version.
    pub(crate) fn directory(&self, version: &Version) -> PathBuf {
        self.root.join(&version.model).join(version.number.to_string())
    }

    /// Rescans the directory, and loads and unloads versions accordingly.
    pub(crate) fn reload(&self) -> ReloadReport {
        // a panic during a load leaves the slots consistent
        let mut loader = self.loader.lock().unwrap_or_else(PoisonError::into_inner);
        loader.reconcile(&|catalog| self.catalog.store(Arc::new(catalog)))
    }

    /// Reloads at intervals, on a thread that ends with the registry.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub(crate) fn watch(self: &Arc<Self>, interval: Duration) -> std::io::Result<()> {
        let registry = Arc::downgrade(self);
        let watch = move || {
            while let Some(registry) = registry.upgrade() {
                registry.reload();
                drop(registry);
                std::thread::sleep(interval);
            }
        };
        std::thread::Builder::new().name("watch".into()).spawn(watch).map(drop)
    }
}
