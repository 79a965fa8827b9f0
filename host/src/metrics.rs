//! Metrics, in Prometheus' text format. They contain nothing of a query.

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

/// The cause of a failed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum ErrorKind {
    /// The query is blank, too long or not UTF-8.
    Query,
    /// The guest ran past its deadline.
    Deadline,
    /// The guest trapped, or its model is damaged.
    Model,
    /// No instance was free.
    Pool,
}

/// The reason for rejecting a request unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Rejection {
    /// The queue is full.
    Queue,
    /// The maximum of concurrent connections is reached.
    Connections,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VersionLabels {
    model: String,
    version: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ErrorLabels {
    model: String,
    version: u64,
    kind: ErrorKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct IntentLabels {
    model: String,
    version: u64,
    intent: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RejectionLabels {
    reason: Rejection,
}

/// All metrics of the process.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<VersionLabels, Counter>,
    latency: Family<VersionLabels, Histogram>,
    instantiations: Family<VersionLabels, Counter>,
    errors: Family<ErrorLabels, Counter>,
    predictions: Family<IntentLabels, Counter>,
    shadowed: Family<VersionLabels, Counter>,
    disagreements: Family<VersionLabels, Counter>,
    rejections: Family<RejectionLabels, Counter>,
    /// Open connections.
    pub(crate) connections: Gauge,
    /// Waiting requests.
    pub(crate) waiting: Gauge,
    /// Versions that were loaded.
    pub(crate) loads: Counter,
    /// Versions that were refused.
    pub(crate) refusals: Counter,
}

/// The counters of one version, so that a request need not look them up.
#[derive(Debug)]
pub(crate) struct Counters {
    /// Questions asked.
    pub(crate) calls: Counter,
    /// Seconds that a call takes.
    pub(crate) latency: Histogram,
    /// Instances created.
    pub(crate) instantiations: Counter,
    /// Shadow requests.
    pub(crate) shadowed: Counter,
    /// Shadow requests whose answer differed from the answering version's.
    pub(crate) disagreements: Counter,
    errors: [(ErrorKind, Counter); 4],
    /// Sorted by intent, as the component's labels are.
    predictions: Vec<(i32, Counter)>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Metrics that are all zero.
    pub(crate) fn new() -> Self {
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

    /// The counters of a version.
    pub(crate) fn version(&self, model: &str, version: u64, info: &ModelInfo) -> Counters {
        let labels = VersionLabels { model: model.to_owned(), version };
        let error = |kind| {
            let labels = ErrorLabels { model: model.to_owned(), version, kind };
            (kind, self.errors.get_or_create(&labels).clone())
        };
        let prediction = |intent| {
            let labels = IntentLabels { model: model.to_owned(), version, intent };
            (intent, self.predictions.get_or_create(&labels).clone())
        };
        Counters {
            calls: self.requests.get_or_create(&labels).clone(),
            latency: self.latency.get_or_create(&labels).clone(),
            instantiations: self.instantiations.get_or_create(&labels).clone(),
            shadowed: self.shadowed.get_or_create(&labels).clone(),
            disagreements: self.disagreements.get_or_create(&labels).clone(),
            errors: [ErrorKind::Query, ErrorKind::Deadline, ErrorKind::Model, ErrorKind::Pool]
                .map(error),
            predictions: info.labels.iter().map(|label| prediction(label.intent)).collect(),
        }
    }

    /// Removes the counters of a version that was unloaded.
    pub(crate) fn forget(&self, model: &str, version: u64, info: &ModelInfo) {
        let labels = VersionLabels { model: model.to_owned(), version };
        for family in [&self.requests, &self.instantiations, &self.shadowed, &self.disagreements] {
            family.remove(&labels);
        }
        self.latency.remove(&labels);
        for kind in [ErrorKind::Query, ErrorKind::Deadline, ErrorKind::Model, ErrorKind::Pool] {
            self.errors.remove(&ErrorLabels { model: model.to_owned(), version, kind });
        }
        for label in &info.labels {
            let intent = label.intent;
            self.predictions.remove(&IntentLabels { model: model.to_owned(), version, intent });
        }
    }

    /// Counts a rejected request.
    pub(crate) fn rejected(&self, reason: Rejection) {
        self.rejections.get_or_create(&RejectionLabels { reason }).inc();
    }

    /// Formats all metrics.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        // writing to a string does not fail
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}

impl Counters {
    /// Counts an answer.
    pub(crate) fn predicted(&self, intent: i32) {
        if let Ok(place) = self.predictions.binary_search_by_key(&intent, |p| p.0) {
            self.predictions[place].1.inc();
        }
    }

    /// Counts a failed call.
    pub(crate) fn failed(&self, kind: ErrorKind) {
        if let Some((_, counter)) = self.errors.iter().find(|(k, _)| *k == kind) {
            counter.inc();
        }
    }
}
