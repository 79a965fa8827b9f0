//! Directory and policy → the next catalog.
//!
//! A version serves only after its component was checked, compiled, asked its golden questions and
//! so warmed. One that is refused changes nothing: the versions that served go on, and it is tried
//! again when its file changes.

use super::cache::{Cache, CacheError};
use super::catalog::{Catalog, Model, State, Status};
use super::policy::{Policy, PolicyError};
use super::version::Version;
use crate::metrics::Metrics;
use arc_swap::{ArcSwap, Guard};
use intent_runtime::{Classifier, LoadError, Runtime};
use intent_store::scan::{self, COMPONENT, ScanError, Stamp};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use thiserror::Error;

/// Ends of versions that are remembered for each model.
const MOST_ENDS: usize = 16;

/// Why the host does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// A directory cannot be listed.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// `models.toml` cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The model has no version.
    #[error("{0} holds no model (no <version>/{COMPONENT}): train one with `make train`")]
    Empty(String),
    /// None of the model's versions can be used; the highest one's reason.
    #[error("{path}: {reason}")]
    Refused {
        /// Which component.
        path: String,
        /// Why it was refused.
        reason: String,
    },
}

/// What a look at the directory changed.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Versions that serve since, as model/version.
    pub loaded: Vec<String>,
    /// Versions that do not serve any more.
    pub unloaded: Vec<String>,
    /// What could not be used, and why.
    pub refused: Vec<String>,
}

/// The versions that serve, and how they come and go.
#[derive(Debug)]
pub struct Registry {
    catalog: ArcSwap<Catalog>,
    root: PathBuf,
    loader: Mutex<Loader>,
}

#[derive(Debug)]
struct Loader {
    runtime: Runtime,
    root: PathBuf,
    default: String,
    cache: Option<Cache>,
    metrics: Arc<Metrics>,
    policy: Policy,
    /// The last complaint about the directory or the policy: each is logged once.
    complaint: Option<String>,
    models: BTreeMap<String, Slots>,
}

/// What is known of one model's versions.
#[derive(Debug, Default)]
struct Slots {
    of: BTreeMap<u64, Slot>,
    retired: Vec<(u64, Weak<Version>)>,
    ended: Vec<Status>,
    tickets: Arc<AtomicU64>,
}

#[derive(Debug)]
struct Slot {
    stamp: Option<Stamp>,
    state: State,
    version: Option<Arc<Version>>,
    error: Option<String>,
}

impl Registry {
    /// Loads what the directory `root` holds. Routes that name no model are answered by `default`.
    ///
    /// # Errors
    /// Where the directory or `models.toml` cannot be used, or no version of `default` can.
    pub fn open(
        runtime: &Runtime,
        root: &Path,
        default: &str,
        cache: Option<&Path>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, StartError> {
        let cache = cache.map(Cache::open).transpose().unwrap_or_else(|error: CacheError| {
            tracing::warn!(%error, "no compile cache");
            None
        });
        let policy = Policy::read(root)?;
        let loader = Loader {
            runtime: runtime.clone(),
            root: root.to_owned(),
            default: default.to_owned(),
            cache,
            metrics,
            policy,
            complaint: None,
            models: BTreeMap::new(),
        };
        let (catalog, root) = (ArcSwap::default(), root.to_owned());
        let registry = Registry { catalog, root, loader: Mutex::new(loader) };
        registry.reload();
        if registry.catalog().model(Some(default)).is_ok_and(|m| m.highest().is_some()) {
            return Ok(registry);
        }
        let dir = registry.root.join(default);
        let found = scan::versions(&dir)?;
        let statuses = registry.catalog().model(Some(default)).map(|m| m.statuses.clone());
        let refused = statuses.unwrap_or_default().into_iter().rev().find_map(|s| {
            let path = found.iter().find(|f| f.0 == s.number)?.1.display().to_string();
            Some(StartError::Refused { path, reason: s.error? })
        });
        Err(refused.unwrap_or_else(|| StartError::Empty(dir.display().to_string())))
    }

    /// What serves now. Cheap; holds nothing up.
    pub fn catalog(&self) -> Guard<Arc<Catalog>> {
        self.catalog.load()
    }

    /// Where the files of a version lie.
    #[must_use]
    pub fn directory(&self, version: &Version) -> PathBuf {
        self.root.join(&version.model).join(version.number.to_string())
    }

    /// Looks at the directory and does what it says.
    pub fn reload(&self) -> Report {
        // a panic in a load leaves the slots as they were
        let mut loader = self.loader.lock().unwrap_or_else(PoisonError::into_inner);
        loader.reconcile(&|catalog| self.catalog.store(Arc::new(catalog)))
    }

    /// Looks at the directory again and again, on a thread that ends with the registry.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn watch(self: &Arc<Self>, every: Duration) -> std::io::Result<()> {
        let registry = Arc::downgrade(self);
        let look = move || {
            while let Some(registry) = registry.upgrade() {
                registry.reload();
                drop(registry);
                std::thread::sleep(every);
            }
        };
        std::thread::Builder::new().name("watch".into()).spawn(look).map(drop)
    }
}

impl Loader {
    fn reconcile(&mut self, publish: &dyn Fn(Catalog)) -> Report {
        let mut report = Report::default();
        let mut complaint = None;
        match Policy::read(&self.root) {
            Ok(policy) => self.policy = policy,
            Err(error) => complaint = Some(error.to_string()),
        }
        match self.found() {
            Ok(found) => {
                for (name, versions) in found {
                    self.model(&name, &versions, &mut report, publish);
                }
            }
            Err(error) => complaint = Some(error.to_string()),
        }
        for slots in self.models.values_mut() {
            slots.bury();
        }
        publish(self.catalog());
        if complaint != self.complaint {
            if let Some(error) = &complaint {
                tracing::error!(error, "models directory: what served goes on");
            }
            self.complaint.clone_from(&complaint);
        }
        report.refused.extend(complaint);
        report
    }

    /// The versions in the directory of each model that is or was there.
    fn found(&self) -> Result<BTreeMap<String, Vec<(u64, PathBuf)>>, ScanError> {
        let mut names = scan::models(&self.root)?;
        names.extend(self.models.keys().cloned());
        names.into_iter().map(|n| Ok((n.clone(), scan::versions(&self.root.join(&n))?))).collect()
    }

    /// Loads what is new or changed of a model, the highest first, and unloads what is gone.
    fn model(
        &mut self,
        name: &str,
        found: &[(u64, PathBuf)],
        report: &mut Report,
        publish: &dyn Fn(Catalog),
    ) {
        let numbers: Vec<u64> = found.iter().map(|f| f.0).collect();
        let wanted = self.policy.of(name).wanted(&numbers);
        let slots = self.models.entry(name.to_owned()).or_default();
        let mut work = Vec::new();
        for (number, path) in found.iter().rev().filter(|f| wanted.contains(&f.0)) {
            let stamp = std::fs::metadata(path).ok().map(|file| Stamp::of(&file));
            let slot = slots.of.entry(*number).or_insert(Slot::START);
            if slot.state == State::Start || slot.stamp != stamp {
                slot.stamp = stamp;
                work.push((*number, path.clone()));
            }
        }
        for (number, path) in work {
            self.load(name, number, &path, report, publish);
        }
        let Some(slots) = self.models.get_mut(name) else { return };
        let serves = |slots: &Slots, n: &u64| slots.of.get(n).is_some_and(|s| s.version.is_some());
        let gone: Vec<u64> = slots.of.keys().filter(|n| !wanted.contains(n)).copied().collect();
        // a model is not left without a version: the highest stays until another serves
        let stays = match wanted.iter().any(|n| serves(slots, n)) {
            true => None,
            false => gone.iter().rev().find(|n| serves(slots, n)).copied(),
        };
        for number in gone.into_iter().filter(|n| Some(*n) != stays) {
            let Some(slot) = slots.of.remove(&number) else { continue };
            if let Some(version) = slot.version {
                slots.retired.push((number, Arc::downgrade(&version)));
                self.metrics.forget(name, number, version.classifier.info());
                report.unloaded.push(format!("{name}/{number}"));
                tracing::info!(model = name, version = number, "unloaded");
            }
        }
    }

    fn load(
        &mut self,
        name: &str,
        number: u64,
        path: &Path,
        report: &mut Report,
        publish: &dyn Fn(Catalog),
    ) {
        if let Some(slot) = self.slot(name, number)
            && slot.version.is_none()
        {
            slot.state = State::Loading;
        }
        publish(self.catalog());
        let loaded = self.version(name, number, path);
        let id = format!("{name}/{number}");
        match &loaded {
            Ok(version) => {
                self.metrics.loads.inc();
                let classifier = &version.classifier;
                let (sha256, intents) = (classifier.digest(), classifier.info().labels.len());
                tracing::info!(model = name, version = number, sha256, intents, "loaded");
                report.loaded.push(id);
            }
            Err(error) => {
                self.metrics.refusals.inc();
                let path = path.display().to_string();
                tracing::error!(model = name, version = number, path, %error, "version refused");
                report.refused.push(format!("{id}: {error}"));
            }
        }
        let Some(slots) = self.models.get_mut(name) else { return };
        let Some(slot) = slots.of.get_mut(&number) else { return };
        match loaded {
            Ok(version) => {
                if let Some(old) = slot.version.replace(Arc::new(version)) {
                    slots.retired.push((number, Arc::downgrade(&old)));
                }
                slot.state = State::Available;
                slot.error = None;
            }
            Err(error) => {
                slot.error = Some(error.to_string());
                slot.state = match slot.version {
                    Some(_) => State::Available,
                    None => State::End,
                };
            }
        }
        publish(self.catalog());
    }

    fn slot(&mut self, name: &str, number: u64) -> Option<&mut Slot> {
        self.models.get_mut(name)?.of.get_mut(&number)
    }

    fn version(&self, name: &str, number: u64, path: &Path) -> Result<Version, LoadError> {
        let classifier = match &self.cache {
            Some(cache) => cache.load(&self.runtime, path)?,
            None => Classifier::open(&self.runtime, path)?,
        };
        classifier.selftest()?;
        let counters = self.metrics.version(name, number, classifier.info());
        Ok(Version::new(name, number, classifier, counters))
    }

    fn catalog(&self) -> Catalog {
        let models = self.models.iter().map(|(name, slots)| {
            let available = slots
                .of
                .iter()
                .filter_map(|(number, slot)| Some((*number, slot.version.clone()?)))
                .collect();
            let (policy, tickets) = (self.policy.of(name), slots.tickets.clone());
            let model = Model::new(name, available, slots.statuses(), policy, tickets);
            (name.clone(), Arc::new(model))
        });
        Catalog::new(models.collect(), &self.default)
    }
}

impl Slot {
    const START: Slot = Slot { stamp: None, state: State::Start, version: None, error: None };
}

impl Slots {
    /// Of the retired ones, those that no request holds any more have ended.
    fn bury(&mut self) {
        self.retired.retain(|(number, version)| {
            let held = version.strong_count() > 0;
            if !held {
                self.ended.push(Status { number: *number, state: State::End, error: None });
            }
            held
        });
        let surplus = self.ended.len().saturating_sub(MOST_ENDS);
        self.ended.drain(..surplus);
    }

    /// One status for each version: that of its present component, if it has one.
    fn statuses(&self) -> Vec<Status> {
        let mut of: BTreeMap<u64, Status> =
            self.ended.iter().map(|status| (status.number, status.clone())).collect();
        for (number, version) in &self.retired {
            let state = match version.strong_count() {
                0 => State::End,
                _ => State::Unloading,
            };
            of.insert(*number, Status { number: *number, state, error: None });
        }
        for (number, slot) in &self.of {
            let (state, error) = (slot.state, slot.error.clone());
            of.insert(*number, Status { number: *number, state, error });
        }
        of.into_values().collect()
    }
}
