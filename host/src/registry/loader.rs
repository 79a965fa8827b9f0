//! Directory and policy → the next catalog.
//!
//! A version serves only after its component was checked, compiled and self-tested, which also brings its code into
//! memory. One that is refused changes nothing: the versions that served keep serving, and it is tried again when its
//! file changes.

use super::cache::Cache;
use super::catalog::{Catalog, Model, VersionState};
use super::policy::{Policy, PolicyError};
use super::slots::{Slot, Slots};
use super::version::Version;
use crate::metrics::Metrics;
use intent_runtime::{Classifier, LoadError, Runtime};
use intent_store::scan::{self, ScanError, Stamp};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The changes of a reload.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(crate) struct ReloadReport {
    /// Versions that were loaded, as model/version.
    pub(crate) loaded: Vec<String>,
    /// Versions that were unloaded.
    pub(crate) unloaded: Vec<String>,
    /// Errors, each with the version or file that was refused.
    pub(crate) refused: Vec<String>,
}

/// Loads and unloads versions.
#[derive(Debug)]
pub(super) struct Loader {
    runtime: Runtime,
    root: PathBuf,
    default: String,
    cache: Option<Cache>,
    metrics: Arc<Metrics>,
    policy: Policy,
    /// The last error of the directory or the policy: each is logged once.
    last_error: Option<String>,
    models: BTreeMap<String, Slots>,
}

/// One reload: its report so far, and the way to publish a catalog.
struct Reload<'a> {
    report: ReloadReport,
    publish: &'a dyn Fn(Catalog),
}

impl Loader {
    /// A loader that has loaded nothing yet.
    ///
    /// # Errors
    /// If `models.toml` cannot be used.
    pub(super) fn new(
        runtime: &Runtime,
        root: &Path,
        default: &str,
        cache: Option<Cache>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, PolicyError> {
        Ok(Loader {
            runtime: runtime.clone(),
            root: root.to_owned(),
            default: default.to_owned(),
            cache,
            metrics,
            policy: Policy::read(root)?,
            last_error: None,
            models: BTreeMap::new(),
        })
    }

    /// Brings the versions in line with the directory and the policy. Publishes a catalog after each
    /// change.
    pub(super) fn reconcile(&mut self, publish: &dyn Fn(Catalog)) -> ReloadReport {
        let mut reload = Reload { report: ReloadReport::default(), publish };
        let mut error = None;
        match Policy::read(&self.root) {
            Ok(policy) => self.policy = policy,
            Err(e) => error = Some(e.to_string()),
        }
        match self.scan() {
            Ok(found) => {
                for (name, versions) in found {
                    self.load_model(&name, &versions, &mut reload);
                    self.unload_model(&name, &versions, &mut reload.report);
                }
            }
            Err(e) => error = Some(e.to_string()),
        }
        for slots in self.models.values_mut() {
            slots.end_unused();
        }
        publish(self.catalog());
        if error != self.last_error {
            if let Some(error) = &error {
                tracing::error!(error, "models directory: what served goes on");
            }
            self.last_error.clone_from(&error);
        }
        reload.report.refused.extend(error);
        reload.report
    }

    /// Lists the versions in the directory of each model that is or was there.
    fn scan(&self) -> Result<BTreeMap<String, Vec<(u64, PathBuf)>>, ScanError> {
        let mut names = scan::models(&self.root)?;
        names.extend(self.models.keys().cloned());
        names.into_iter().map(|n| Ok((n.clone(), scan::versions(&self.root.join(&n))?))).collect()
    }

    fn wanted(&self, name: &str, found: &[(u64, PathBuf)]) -> Vec<u64> {
        let numbers: Vec<u64> = found.iter().map(|f| f.0).collect();
        self.policy.model(name).wanted(&numbers)
    }

    /// Loads the new and the changed versions of a model, the highest first.
    fn load_model(&mut self, name: &str, found: &[(u64, PathBuf)], reload: &mut Reload<'_>) {
        let wanted = self.wanted(name, found);
        let slots = self.models.entry(name.to_owned()).or_default();
        let mut changed = Vec::new();
        for (number, path) in found.iter().rev().filter(|f| wanted.contains(&f.0)) {
            let stamp = std::fs::metadata(path).ok().map(|file| Stamp::new(&file));
            let slot = slots.present.entry(*number).or_insert(Slot::START);
            if slot.state == VersionState::Start || slot.stamp != stamp {
                slot.stamp = stamp;
                changed.push((*number, path));
            }
        }
        for (number, path) in changed {
            self.load_version(name, number, path, reload);
        }
    }

    fn load_version(&mut self, name: &str, number: u64, path: &Path, reload: &mut Reload<'_>) {
        let slots = self.models.get_mut(name);
        if let Some(slot) = slots.and_then(|slots| slots.present.get_mut(&number))
            && slot.version.is_none()
        {
            slot.state = VersionState::Loading;
        }
        (reload.publish)(self.catalog());
        let loaded = self.open(name, number, path);
        let id = format!("{name}/{number}");
        match &loaded {
            Ok(version) => {
                self.metrics.loads.inc();
                let classifier = &version.classifier;
                let (sha256, intents) = (classifier.digest(), classifier.info().labels.len());
                tracing::info!(model = name, version = number, sha256, intents, "loaded");
                reload.report.loaded.push(id);
            }
            Err(error) => {
                self.metrics.refusals.inc();
                let path = path.display().to_string();
                tracing::error!(model = name, version = number, path, %error, "version refused");
                reload.report.refused.push(format!("{id}: {error}"));
            }
        }
        if let Some(slots) = self.models.get_mut(name) {
            slots.record(number, loaded.map_err(|error| error.to_string()));
        }
        (reload.publish)(self.catalog());
    }

    fn open(&self, name: &str, number: u64, path: &Path) -> Result<Version, LoadError> {
        let classifier = match &self.cache {
            Some(cache) => cache.load(&self.runtime, path)?,
            None => Classifier::open(&self.runtime, path)?,
        };
        classifier.selftest()?;
        let counters = self.metrics.version(name, number, classifier.info());
        Ok(Version::new(name, number, classifier, counters))
    }

    /// Unloads the versions of a model that the directory or the policy has no more.
    fn unload_model(&mut self, name: &str, found: &[(u64, PathBuf)], report: &mut ReloadReport) {
        let wanted = self.wanted(name, found);
        let Some(slots) = self.models.get_mut(name) else { return };
        let gone: Vec<u64> =
            slots.present.keys().filter(|n| !wanted.contains(n)).copied().collect();
        // never leave a model without a version: the highest stays until another one serves
        let kept = match wanted.iter().any(|n| slots.serves(*n)) {
            true => None,
            false => gone.iter().rev().find(|n| slots.serves(**n)).copied(),
        };
        for number in gone.into_iter().filter(|n| Some(*n) != kept) {
            let Some(version) = slots.remove(number) else { continue };
            self.metrics.forget(name, number, version.classifier.info());
            report.unloaded.push(format!("{name}/{number}"));
            tracing::info!(model = name, version = number, "unloaded");
        }
    }

    fn catalog(&self) -> Catalog {
        let models = self.models.iter().map(|(name, slots)| {
            let available = slots
                .present
                .iter()
                .filter_map(|(number, slot)| Some((*number, slot.version.clone()?)))
                .collect();
            let (policy, tickets) = (self.policy.model(name), slots.tickets.clone());
            let model = Model::new(name, available, slots.statuses(), policy, tickets);
            (name.clone(), Arc::new(model))
        });
        Catalog::new(models.collect(), &self.default)
    }
}
