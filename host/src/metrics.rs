//! What is counted, in Prometheus' text format. Nothing of a query is in it.

use intent_runtime::ModelInfo;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of the latency buckets, in seconds: a call takes about 20 µs.
const BUCKETS: [f64; 14] =
    [10e-6, 15e-6, 20e-6, 30e-6, 50e-6, 75e-6, 100e-6, 250e-6, 1e-3, 5e-3, 25e-3, 0.1, 0.5, 2.5];

/// Why a call gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum ErrorKind {
    /// The query is blank, too long or not UTF-8.
    Query,
    /// The guest ran past its deadline.
    Deadline,
    /// The guest trapped, or its model is damaged.
    Model,
    /// No instance was free.
    Pool,
}

/// Why a request was turned away unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Rejection {
    /// As many requests wait as may.
    Queue,
    /// As many connections are open as may.
    Connections,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfVersion {
    model: String,
    version: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfError {
    model: String,
    version: u64,
    kind: ErrorKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfIntent {
    model: String,
    version: u64,
    intent: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfReason {
    reason: Rejection,
}

/// All counters of the process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<OfVersion, Counter>,
    latency: Family<OfVersion, Histogram>,
    instantiations: Family<OfVersion, Counter>,
    errors: Family<OfError, Counter>,
    predictions: Family<OfIntent, Counter>,
    shadowed: Family<OfVersion, Counter>,
    disagreements: Family<OfVersion, Counter>,
    rejections: Family<OfReason, Counter>,
    /// Connections open now.
    pub connections: Gauge,
    /// Requests that wait for their turn now.
    pub waiting: Gauge,
    /// Versions that loaded.
    pub loads: Counter,
    /// Versions that were refused.
    pub refusals: Counter,
}

/// Those of one version: a request counts without looking them up.
#[derive(Debug)]
pub struct Counters {
    /// Questions asked.
    pub requests: Counter,
    /// Seconds from the choice of the version to the answer.
    pub latency: Histogram,
    /// Fresh instances.
    pub instantiations: Counter,
    /// Questions asked as the shadow of another version.
    pub shadowed: Counter,
    /// Those of them that the answering version answered otherwise.
    pub disagreements: Counter,
    errors: [(ErrorKind, Counter); 4],
    /// In the order of the component's labels.
    predictions: Vec<(i32, Counter)>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All at zero.
    #[must_use]
    pub fn new() -> Self {
        let mut m = Metrics {
            registry: Registry::with_prefix("intent"),
            requests: Family::default(),
            latency: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            instantiations: Family::default(),
            errors: Family::default(),
            predictions: Family::default(),
            shadowed: Family::default(),
            disagreements: Family::default(),
            rejections: Family::default(),
            connections: Gauge::default(),
            waiting: Gauge::default(),
            loads: Counter::default(),
            refusals: Counter::default(),
        };
        let r = &mut m.registry;
        r.register("requests", "Questions asked", m.requests.clone());
        r.register_with_unit("latency", "Time of an answer", Unit::Seconds, m.latency.clone());
        r.register("instantiations", "Fresh instances", m.instantiations.clone());
        r.register("errors", "Questions without an answer", m.errors.clone());
        r.register("predictions", "Answers of each intent", m.predictions.clone());
        r.register("shadow_requests", "Questions asked as a shadow", m.shadowed.clone());
        r.register(
            "shadow_disagreements",
            "Those that the answering version answered otherwise",
            m.disagreements.clone(),
        );
        r.register("rejections", "Requests turned away", m.rejections.clone());
        r.register("connections", "Open connections", m.connections.clone());
        r.register("waiting_requests", "Requests that wait for their turn", m.waiting.clone());
        r.register("version_loads", "Versions that loaded", m.loads.clone());
        r.register("version_refusals", "Versions that were refused", m.refusals.clone());
        m
    }

    /// The counters of a version, which outlive it: a version that comes back counts on.
    #[must_use]
    pub fn version(&self, model: &str, version: u64, info: &ModelInfo) -> Counters {
        let of = OfVersion { model: model.to_owned(), version };
        let error = |kind| {
            let of = OfError { model: model.to_owned(), version, kind };
            (kind, self.errors.get_or_create(&of).clone())
        };
        let prediction = |intent| {
            let of = OfIntent { model: model.to_owned(), version, intent };
            (intent, self.predictions.get_or_create(&of).clone())
        };
        Counters {
            requests: self.requests.get_or_create(&of).clone(),
            latency: self.latency.get_or_create(&of).clone(),
            instantiations: self.instantiations.get_or_create(&of).clone(),
            shadowed: self.shadowed.get_or_create(&of).clone(),
            disagreements: self.disagreements.get_or_create(&of).clone(),
            errors: [ErrorKind::Query, ErrorKind::Deadline, ErrorKind::Model, ErrorKind::Pool]
                .map(error),
            predictions: info.labels.iter().map(|label| prediction(label.intent)).collect(),
        }
    }

    /// Forgets a version that is gone.
    pub fn forget(&self, model: &str, version: u64, info: &ModelInfo) {
        let of = OfVersion { model: model.to_owned(), version };
        for family in [&self.requests, &self.instantiations, &self.shadowed, &self.disagreements] {
            family.remove(&of);
        }
        self.latency.remove(&of);
        for kind in [ErrorKind::Query, ErrorKind::Deadline, ErrorKind::Model, ErrorKind::Pool] {
            self.errors.remove(&OfError { model: model.to_owned(), version, kind });
        }
        for label in &info.labels {
            let intent = label.intent;
            self.predictions.remove(&OfIntent { model: model.to_owned(), version, intent });
        }
    }

    /// A request was turned away.
    pub fn rejected(&self, reason: Rejection) {
        self.rejections.get_or_create(&OfReason { reason }).inc();
    }

    /// All of them, as text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        // writing to a string does not fail
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}

impl Counters {
    /// An answer with this intent was given.
    pub fn predicted(&self, intent: i32) {
        if let Ok(place) = self.predictions.binary_search_by_key(&intent, |p| p.0) {
            self.predictions[place].1.inc();
        }
    }

    /// A call gave no answer.
    pub fn failed(&self, kind: ErrorKind) {
        if let Some((_, counter)) = self.errors.iter().find(|(k, _)| *k == kind) {
            counter.inc();
        }
    }
}
