//! The versions that serve at one moment. A catalog is immutable and replaced as a whole, so that a
//! request sees one consistent state and never waits.

use super::policy::ModelPolicy;
use super::version::Version;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// All models and their versions.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    models: BTreeMap<String, Arc<Model>>,
    /// The model for routes that name none.
    default: Option<Arc<Model>>,
}

/// A model by name, with its versions.
#[derive(Debug)]
pub(crate) struct Model {
    /// Its name.
    pub(crate) name: String,
    /// The status of every version that is or was there, ascending.
    pub(crate) statuses: Vec<Status>,
    /// Label → version.
    pub(crate) labels: BTreeMap<String, u64>,
    available: BTreeMap<u64, Arc<Version>>,
    /// Versions with their cumulative share of the requests, in (0, 1].
    split: Vec<(f64, Arc<Version>)>,
    shadow: Option<Arc<Version>>,
    tickets: Arc<AtomicU64>,
}

/// A version's life, as in TensorFlow Serving (`ModelVersionStatus.State`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(test, schema(as = State))]
pub(crate) enum VersionState {
    /// Found, and not read yet.
    Start,
    /// Being read, compiled and self-tested.
    Loading,
    /// Answers requests.
    Available,
    /// Gets no new request; some that began with it are not answered yet.
    Unloading,
    /// Gone, or refused.
    End,
}

/// The status of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    /// The number of the version.
    pub(crate) number: u64,
    /// Its state.
    pub(crate) state: VersionState,
    /// The reason, if it was refused.
    pub(crate) error: Option<String>,
}

/// The version that a request selects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Selector<'a> {
    /// By the traffic split; the highest if there is none.
    #[default]
    Any,
    /// A version by its number.
    Version(u64),
    /// A version by its label.
    Label(&'a str),
}

/// A selection that finds no version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PickError {
    /// No model has that name.
    NoModel,
    /// The model has no such label.
    NoLabel,
    /// The version does not exist, or is not available.
    NotAvailable(u64),
    /// No version is available.
    Nothing,
}

impl Catalog {
    /// A catalog of `models`. Routes that name no model use `default`.
    pub(crate) fn new(models: BTreeMap<String, Arc<Model>>, default: &str) -> Self {
        Catalog { default: models.get(default).cloned(), models }
    }

    /// Finds the model `name`, or the default one.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn model(&self, name: Option<&str>) -> Result<&Arc<Model>, PickError> {
        let model = name.map_or(self.default.as_ref(), |name| self.models.get(name));
        model.ok_or(PickError::NoModel)
    }

    /// Readiness: whether every model has an available version.
    pub(crate) fn is_ready(&self) -> bool {
        self.default.is_some() && self.models.values().all(|model| model.highest().is_some())
    }
}

impl Model {
    /// A model with the versions `available` under `policy`. Shares of unavailable versions go to the
    /// highest one. `tickets` counts the requests that the split has assigned.
    pub(crate) fn new(
        name: &str,
        available: BTreeMap<u64, Arc<Version>>,
        statuses: Vec<Status>,
        policy: ModelPolicy,
        tickets: Arc<AtomicU64>,
    ) -> Self {
        let mut split = Vec::new();
        let mut share = 0.0;
        for (number, percent) in &policy.split {
            if let Some(version) = available.get(number) {
                share += percent / 100.0;
                split.push((share, version.clone()));
            }
        }
        Model {
            name: name.to_owned(),
            statuses,
            labels: policy.labels,
            split,
            shadow: policy.shadow.and_then(|number| available.get(&number).cloned()),
            available,
            tickets,
        }
    }

    /// Picks the version that answers a request.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn pick(&self, selector: Selector<'_>) -> Result<&Arc<Version>, PickError> {
        let number = match selector {
            Selector::Any => return self.split_traffic().ok_or(PickError::Nothing),
            Selector::Version(number) => number,
            Selector::Label(label) => *self.labels.get(label).ok_or(PickError::NoLabel)?,
        };
        self.available.get(&number).ok_or(PickError::NotAvailable(number))
    }

    /// The version that gets shadow requests, unless it is `answering` itself.
    pub(crate) fn shadow(&self, answering: &Version) -> Option<&Arc<Version>> {
        self.shadow.as_ref().filter(|shadow| shadow.number != answering.number)
    }

    /// The highest available version.
    pub(crate) fn highest(&self) -> Option<&Arc<Version>> {
        self.available.last_key_value().map(|(_, version)| version)
    }

    /// Assigns the next request to a version. The t-th request is placed at the fractional part of t/φ
    /// (φ: the golden ratio; the constant is 2^64/φ): in any run of requests each version gets its share to within a
    /// few, without random numbers.
    fn split_traffic(&self) -> Option<&Arc<Version>> {
        if self.split.is_empty() {
            return self.highest();
        }
        let ticket = self.tickets.fetch_add(1, Ordering::Relaxed);
        let place = ticket.wrapping_mul(0x9E37_79B9_7F4A_7C15) as f64 / 2f64.powi(64);
        let assigned = self.split.iter().find(|(share, _)| place < *share);
        assigned.map(|(_, version)| version).or_else(|| self.highest())
    }
}
