//! How every protocol asks: pick a version, wait for the turn, call, count.

use super::State;
use crate::metrics::{ErrorKind, Rejection};
use crate::registry::catalog::{Model, PickError};
use crate::registry::{Selector, Version};
use intent_http::query::Asked;
use intent_runtime::{CallError, Classifier, ClassifyError, Decision, Explanation, Prediction};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Shadow questions that wait at once; more are left out, so that they cost the answers nothing.
const MOST_SHADOWS: usize = 64;
/// N-grams of an explanation: 16 for each byte of the longest query, where a model has four of
/// characters and two of words.
const MOST_CONTRIBUTIONS: usize = 64 << 10;
/// Characters of a guest's own words that are logged.
const MOST_WORDS: usize = 200;

/// Which version a question is for.
pub(super) fn selector(asked: &Asked) -> Selector<'_> {
    match (asked.version, &asked.label) {
        (Some(version), _) => Selector::Version(version),
        (None, Some(label)) => Selector::Label(label),
        (None, None) => Selector::Any,
    }
}

/// Why a question has no answer. Each protocol says it in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// There is no version to ask.
    Unpicked(PickError),
    /// Nothing but white space.
    Blank,
    /// More bytes than the limit.
    TooLong {
        /// Bytes in the query.
        actual: u32,
        /// Bytes allowed.
        limit: u32,
    },
    /// Too many wait.
    Busy,
    /// The call took too long.
    Deadline,
    /// The guest trapped, or its model is damaged.
    Broken,
}

/// An answer whose first intent can be compared with a shadow's.
pub(super) trait First {
    /// The most probable intent.
    fn first(&self) -> Option<i32>;

    /// What no sound model answers, if this is such an answer. Nothing of it is sent.
    fn fault(&self, version: &Version) -> Option<&'static str>;
}

impl First for Prediction {
    fn first(&self) -> Option<i32> {
        Some(self.intent)
    }

    fn fault(&self, version: &Version) -> Option<&'static str> {
        fault(version, self.intent, self.probability)
    }
}

impl First for Vec<Prediction> {
    fn first(&self) -> Option<i32> {
        self.as_slice().first().map(|p| p.intent)
    }

    fn fault(&self, version: &Version) -> Option<&'static str> {
        if self.len() > version.classifier.info().labels.len() {
            return Some("more intents than there are");
        }
        self.iter().find_map(|p| p.fault(version))
    }
}

impl First for Explanation {
    fn first(&self) -> Option<i32> {
        Some(self.intent)
    }

    fn fault(&self, version: &Version) -> Option<&'static str> {
        if self.contributions.len() > MOST_CONTRIBUTIONS {
            return Some("more n-grams than a query has");
        }
        fault(version, self.intent, self.probability)
    }
}

impl First for Decision {
    fn first(&self) -> Option<i32> {
        self.most_probable().map(|p| p.intent)
    }

    fn fault(&self, version: &Version) -> Option<&'static str> {
        match self {
            Decision::Intent(p) | Decision::OutOfScope(p) => p.fault(version),
            Decision::Unsure(candidates) if candidates.is_empty() => Some("no candidates"),
            Decision::Unsure(candidates) => candidates.fault(version),
        }
    }
}

fn fault(version: &Version, intent: i32, probability: f32) -> Option<&'static str> {
    // NaN lies outside, too
    if !(0.0..=1.0).contains(&probability) {
        return Some("a probability outside [0, 1]");
    }
    version.label(intent).is_none().then_some("an intent that it has not")
}

/// A version to ask, and its model.
#[derive(Clone, Debug)]
pub(super) struct Picked {
    model: Arc<Model>,
    /// The version.
    pub version: Arc<Version>,
}

/// Picks the version that answers a request; its questions are all asked of this one.
pub(super) fn pick(
    state: &State,
    model: Option<&str>,
    selector: Selector<'_>,
) -> Result<Picked, Failure> {
    let catalog = state.registry.catalog();
    let model = catalog.model(model).map_err(Failure::Unpicked)?;
    let version = model.pick(selector).map_err(Failure::Unpicked)?;
    Ok(Picked { model: model.clone(), version: version.clone() })
}

/// Asks `call` of the version about `text`, in a fresh instance, on this thread.
pub(super) async fn ask<T: First>(
    state: &Arc<State>,
    picked: &Picked,
    text: &str,
    call: impl FnOnce(&Classifier) -> Result<Result<T, ClassifyError>, CallError>,
) -> Result<T, Failure> {
    let version = &picked.version;
    let counters = &version.counters;
    let Ok(_place) = state.admission.enter().await else {
        state.metrics.rejected(Rejection::Queue);
        return Err(Failure::Busy);
    };
    counters.requests.inc();
    counters.instantiations.inc();
    let start = Instant::now();
    let answer = call(&version.classifier);
    counters.latency.observe(start.elapsed().as_secs_f64());
    let (failure, kind) = match answer {
        Ok(Ok(answer)) => match answer.fault(version) {
            None => {
                let first = answer.first();
                first.into_iter().for_each(|intent| counters.predicted(intent));
                if let (Some(shadow), Some(intent)) = (picked.model.shadow(version), first) {
                    cast(state, shadow, text, intent);
                }
                return Ok(answer);
            }
            Some(fault) => {
                damaged(version, fault);
                (Failure::Broken, ErrorKind::Model)
            }
        },
        Ok(Err(ClassifyError::EmptyQuery)) => (Failure::Blank, ErrorKind::Query),
        Ok(Err(ClassifyError::QueryTooLong(l))) => {
            (Failure::TooLong { actual: l.actual, limit: l.limit }, ErrorKind::Query)
        }
        Ok(Err(ClassifyError::BadModel(error))) => {
            // they may be megabytes
            damaged(version, &error.chars().take(MOST_WORDS).collect::<String>());
            (Failure::Broken, ErrorKind::Model)
        }
        Err(error) => {
            // the query's length, never its text
            let (model, bytes) = (&version.model, text.len());
            tracing::error!(model, version = version.number, bytes, %error, "call failed");
            match error {
                CallError::PoolFull(_) => (Failure::Busy, ErrorKind::Pool),
                CallError::Deadline => (Failure::Deadline, ErrorKind::Deadline),
                CallError::Trap(_) => (Failure::Broken, ErrorKind::Model),
            }
        }
    };
    counters.failed(kind);
    Err(failure)
}

fn damaged(version: &Version, error: &str) {
    let (model, version) = (&version.model, version.number);
    tracing::error!(model, version, error, "model damaged");
}

/// Asks the shadow as well, after the answer.
fn cast(state: &Arc<State>, shadow: &Arc<Version>, text: &str, answered: i32) {
    if state.shadows.fetch_add(1, Ordering::Relaxed) >= MOST_SHADOWS {
        state.shadows.fetch_sub(1, Ordering::Relaxed);
        return;
    }
    let (state, shadow, text) = (state.clone(), shadow.clone(), text.to_owned());
    tokio::spawn(async move {
        shadow.counters.shadowed.inc();
        shadow.counters.instantiations.inc();
        let answer = shadow.classifier.classify(&text);
        if !matches!(answer, Ok(Ok(p)) if p.intent == answered) {
            shadow.counters.disagreements.inc();
        }
        state.shadows.fetch_sub(1, Ordering::Relaxed);
    });
}
