//! Responses and error responses of the protocol.

use crate::http::ask::{Picked, pick};
use crate::http::failure::Failure;
use crate::http::message_error::MessageError;
use crate::http::response::{Body, respond};
use crate::http::segments::PathSelector;
use crate::http::several::FailedQuery;
use crate::http::state::AppState;
use crate::registry::Selector;
use crate::registry::catalog::PickError;
use hyper::Response;
use serde::Serialize;

/// Picks the version that answers questions to a path.
pub(super) fn picked(
    state: &AppState,
    model: &str,
    version: &PathSelector,
) -> Result<Picked, MessageError> {
    let picked = pick(state, Some(model), version.selector());
    picked.map_err(|failure| failed(&failure, model))
}

/// Picks the version that a path describes: the highest if it names none, not one by the traffic split,
/// which is for questions.
pub(super) fn described(
    state: &AppState,
    model: &str,
    version: &PathSelector,
) -> Result<Picked, MessageError> {
    let catalog = state.registry.catalog();
    let highest = catalog.model(Some(model)).ok().and_then(|m| m.highest());
    let selector = match (version, highest) {
        (PathSelector::Any, Some(version)) => Selector::Version(version.number),
        _ => version.selector(),
    };
    pick(state, Some(model), selector).map_err(|failure| failed(&failure, model))
}

/// The error response to a request with a question that has no answer.
pub(super) fn unanswered(unanswered: &FailedQuery, model: &str) -> MessageError {
    unanswered.client_error().unwrap_or_else(|| failed(&unanswered.failure, model))
}

fn failed(failure: &Failure, model: &str) -> MessageError {
    match failure {
        Failure::NoVersion(PickError::NoModel) => {
            MessageError::new(404, format!("There is no model {model}"))
        }
        Failure::NoVersion(PickError::NotAvailable(number)) => MessageError::new(
            404,
            format!("Version {number} of the model {model} is not available"),
        ),
        Failure::NoVersion(PickError::Nothing | PickError::NoLabel) => {
            MessageError::unavailable(format!("No version of the model {model} is available now"))
        }
        Failure::Busy => MessageError::unavailable("Too many requests wait"),
        Failure::Deadline => {
            MessageError::new(500, "The model did not answer in time and was stopped")
        }
        // those of a query are reported with its index
        Failure::BlankQuery | Failure::QueryTooLong { .. } | Failure::ModelFailed => {
            MessageError::new(500, "The model failed on this request")
        }
    }
}

/// Writes an answer as JSON.
pub(super) fn bytes(answer: &impl Serialize) -> Result<Vec<u8>, MessageError> {
    serde_json::to_vec(answer).map_err(|_| MessageError::new(500, "The answer cannot be written"))
}

/// A response in JSON.
pub(super) fn json(answer: &impl Serialize) -> Result<Response<Body>, MessageError> {
    Ok(respond(200, "application/json", bytes(answer)?))
}
