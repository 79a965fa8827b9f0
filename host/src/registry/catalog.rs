//! What serves at one moment: never changed, only replaced, so that a request sees one state of
//! things and waits for nothing.

use super::policy::ModelPolicy;
use super::version::Version;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// All models.
#[derive(Debug, Default)]
pub struct Catalog {
    models: BTreeMap<String, Arc<Model>>,
    /// The model of the routes that name none.
    default: Option<Arc<Model>>,
}

/// One model's versions.
#[derive(Debug)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Every version that is or was there, ascending.
    pub statuses: Vec<Status>,
    /// Label → version.
    pub labels: BTreeMap<String, u64>,
    available: BTreeMap<u64, Arc<Version>>,
    /// Versions and the share of the requests up to theirs, in (0, 1].
    split: Vec<(f64, Arc<Version>)>,
    shadow: Option<Arc<Version>>,
    tickets: Arc<AtomicU64>,
}

/// A version's life, as in TensorFlow Serving (`ModelVersionStatus.State`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum State {
    /// Found, and not read yet.
    Start,
    /// Being read, compiled, tested and warmed.
    Loading,
    /// Answers requests.
    Available,
    /// Gets no new request; some that began with it are not answered yet.
    Unloading,
    /// Gone, or refused.
    End,
}

/// Where a version is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Which.
    pub number: u64,
    /// Where.
    pub state: State,
    /// Why it was refused.
    pub error: Option<String>,
}

/// Which version a request asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selector<'a> {
    /// By the split; the highest where there is none.
    #[default]
    Any,
    /// This one.
    Version(u64),
    /// The one under this label.
    Label(&'a str),
}

/// Why there is no version for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PickError {
    /// No model has that name.
    NoModel,
    /// The model has no such label.
    NoLabel,
    /// The version is not there, or not available.
    NotAvailable(u64),
    /// No version is available.
    Nothing,
}

impl Catalog {
    /// Of `models`; routes without a model's name are answered by `default`.
    #[must_use]
    pub fn new(models: BTreeMap<String, Arc<Model>>, default: &str) -> Self {
        Catalog { default: models.get(default).cloned(), models }
    }

    /// The model `name`, or the default one.
    ///
    /// # Errors
    /// Where there is none.
    pub fn model(&self, name: Option<&str>) -> Result<&Arc<Model>, PickError> {
        let model = name.map_or(self.default.as_ref(), |name| self.models.get(name));
        model.ok_or(PickError::NoModel)
    }

    /// All of them, by name.
    pub fn models(&self) -> impl Iterator<Item = &Arc<Model>> {
        self.models.values()
    }

    /// Whether every model has a version that answers.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.default.is_some() && self.models.values().all(|model| model.highest().is_some())
    }
}

impl Model {
    /// Of the versions `available` under `policy`. Shares of versions that are not available go to
    /// the highest one. `tickets` counts the requests that the split has dealt.
    #[must_use]
    pub fn new(
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

    /// The version that answers a request.
    ///
    /// # Errors
    /// Where none can.
    pub fn pick(&self, selector: Selector<'_>) -> Result<&Arc<Version>, PickError> {
        let number = match selector {
            Selector::Any => return self.deal().ok_or(PickError::Nothing),
            Selector::Version(number) => number,
            Selector::Label(label) => *self.labels.get(label).ok_or(PickError::NoLabel)?,
        };
        self.available.get(&number).ok_or(PickError::NotAvailable(number))
    }

    /// The version that is asked beside `answering`.
    #[must_use]
    pub fn shadow(&self, answering: &Version) -> Option<&Arc<Version>> {
        self.shadow.as_ref().filter(|shadow| shadow.number != answering.number)
    }

    /// The highest version that is available.
    #[must_use]
    pub fn highest(&self) -> Option<&Arc<Version>> {
        self.available.last_key_value().map(|(_, version)| version)
    }

    /// The next request's version. Ticket t lies at the fractional part of t φ: of any run of
    /// requests each version gets its share to within a few, without a random number.
    fn deal(&self) -> Option<&Arc<Version>> {
        if self.split.is_empty() {
            return self.highest();
        }
        let ticket = self.tickets.fetch_add(1, Ordering::Relaxed);
        let place = ticket.wrapping_mul(0x9E37_79B9_7F4A_7C15) as f64 / 2f64.powi(64);
        let dealt = self.split.iter().find(|(share, _)| place < *share);
        dealt.map(|(_, version)| version).or_else(|| self.highest())
    }
}
