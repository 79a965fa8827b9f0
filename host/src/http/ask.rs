//! The call of a model, the same for every protocol: pick a version, wait for admission, call, validate, count. A
//! request makes, for each question, one call for each of `top`, `explain` and `decide` that is asked for, or one call
//! of `classify` if none is.

use super::failure::Failure;
use super::model_answer::ModelAnswer;
use super::shadow::ask_shadow;
use super::state::AppState;
use crate::metrics::{ErrorKind, Rejection};
use crate::registry::catalog::Model;
use crate::registry::{Selector, Version};
use intent_http::query::IntentRequest;
use intent_runtime::{CallError, Classifier, ClassifyError};
use std::sync::Arc;
use std::time::Instant;

/// Maximum characters of a guest's error message that are logged: it may be megabytes long.
const MAX_LOGGED_CHARS: usize = 200;

/// The selector of a request: its `version`, its `label`, or any.
pub(super) fn selector(request: &IntentRequest) -> Selector<'_> {
    match (request.version, &request.label) {
        (Some(version), _) => Selector::Version(version),
        (None, Some(label)) => Selector::Label(label),
        (None, None) => Selector::Any,
    }
}

/// A version that was picked for a request, and its model.
#[derive(Clone, Debug)]
pub(super) struct Picked {
    model: Arc<Model>,
    /// The version.
    pub(super) version: Arc<Version>,
}

/// Picks the version for a request. All questions of the request go to it, even if the catalog changes meanwhile.
pub(super) fn pick(
    state: &AppState,
    model: Option<&str>,
    selector: Selector<'_>,
) -> Result<Picked, Failure> {
    let catalog = state.registry.catalog();
    let model = catalog.model(model).map_err(Failure::NoVersion)?;
    let version = model.pick(selector).map_err(Failure::NoVersion)?;
    Ok(Picked { model: model.clone(), version: version.clone() })
}

/// Waits for admission, then runs `call`, which asks the picked version the question `text`, in a fresh instance
/// on this thread; validates the answer and counts it. The shadow is asked afterwards.
pub(super) async fn ask<T: ModelAnswer>(
    state: &Arc<AppState>,
    picked: &Picked,
    text: &str,
    call: impl FnOnce(&Classifier) -> Result<Result<T, ClassifyError>, CallError>,
) -> Result<T, Failure> {
    let version = &picked.version;
    let counters = &version.counters;
    let Ok(_permit) = state.admission.enter().await else {
        state.metrics.rejected(Rejection::Queue);
        return Err(Failure::Busy);
    };
    counters.calls.inc();
    counters.instantiations.inc();
    let start = Instant::now();
    let answer = call(&version.classifier);
    counters.latency.observe(start.elapsed().as_secs_f64());
    match validated(version, text, answer) {
        Ok(answer) => {
            if let Some(intent) = answer.first_intent() {
                counters.predicted(intent);
                if let Some(shadow) = picked.model.shadow(version) {
                    ask_shadow(state, shadow, text, intent);
                }
            }
            Ok(answer)
        }
        Err((failure, kind)) => {
            counters.failed(kind);
            Err(failure)
        }
    }
}

/// The answer, if it is valid. Failures that are not the query's fault are logged.
fn validated<T: ModelAnswer>(
    version: &Version,
    text: &str,
    answer: Result<Result<T, ClassifyError>, CallError>,
) -> Result<T, (Failure, ErrorKind)> {
    match answer {
        Ok(Ok(answer)) => match answer.validate(version) {
            Ok(()) => Ok(answer),
            Err(error) => Err(model_failed(version, error)),
        },
        Ok(Err(ClassifyError::EmptyQuery)) => Err((Failure::BlankQuery, ErrorKind::Query)),
        Ok(Err(ClassifyError::QueryTooLong(l))) => {
            Err((Failure::QueryTooLong { actual: l.actual, limit: l.limit }, ErrorKind::Query))
        }
        Ok(Err(ClassifyError::BadModel(error))) => {
            let error: String = error.chars().take(MAX_LOGGED_CHARS).collect();
            Err(model_failed(version, &error))
        }
        Err(error) => {
            // the query's length, never its text
            let (model, bytes) = (&version.model, text.len());
            tracing::error!(model, version = version.number, bytes, %error, "call failed");
            Err(match error {
                CallError::PoolFull(_) => (Failure::Busy, ErrorKind::Pool),
                CallError::Deadline => (Failure::Deadline, ErrorKind::Deadline),
                CallError::Trap(_) => (Failure::ModelFailed, ErrorKind::Model),
            })
        }
    }
}

fn model_failed(version: &Version, error: &str) -> (Failure, ErrorKind) {
    let (model, version) = (&version.model, version.number);
    tracing::error!(model, version, error, "model damaged");
    (Failure::ModelFailed, ErrorKind::Model)
}
