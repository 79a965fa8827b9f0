//! Responses and error responses of the protocol.

use super::target::Target;
use crate::http::ask::{Picked, pick};
use crate::http::failure::Failure;
use crate::http::message_error::MessageError;
use crate::http::response::{Body, answered_by, respond};
use crate::http::several::FailedQuery;
use crate::http::state::AppState;
use crate::registry::catalog::PickError;
use hyper::Response;
use serde::Serialize;

/// Picks the version that answers questions to `target`.
pub(super) fn picked(state: &AppState, target: &Target) -> Result<Picked, MessageError> {
    let picked = pick(state, Some(&target.model), target.version.selector());
    picked.map_err(|failure| failed(&failure, &target.model))
}

/// The error response to a request with a question that has no answer.
pub(super) fn unanswered(unanswered: &FailedQuery, model: &str) -> MessageError {
    unanswered.client_error().unwrap_or_else(|| failed(&unanswered.failure, model))
}

/// The error response to a failure.
pub(super) fn failed(failure: &Failure, model: &str) -> MessageError {
    match failure {
        Failure::NoVersion(PickError::NoModel) => {
            MessageError::new(404, format!("Servable not found for request: Latest({model})"))
        }
        Failure::NoVersion(PickError::NotAvailable(number)) => MessageError::new(
            404,
            format!("Servable not found for request: Specific({model}, {number})"),
        ),
        Failure::NoVersion(PickError::NoLabel) => {
            MessageError::bad_request("Unrecognized servable version label")
        }
        Failure::NoVersion(PickError::Nothing) => {
            MessageError::unavailable(format!("No version of {model} is available now"))
        }
        Failure::Busy => MessageError::unavailable("Too many requests wait"),
        Failure::Deadline => {
            MessageError::new(504, "The model did not answer in time and was stopped")
        }
        // those of a query are reported with its index
        Failure::BlankQuery | Failure::QueryTooLong { .. } | Failure::ModelFailed => {
            MessageError::new(500, "The model failed on this request")
        }
    }
}

/// Checks `signature_name`: the default, or one of `known`.
pub(super) fn check_signature(stated: Option<&str>, known: &[&str]) -> Result<(), MessageError> {
    match stated {
        None | Some("") => Ok(()),
        Some(name) if known.contains(&name) => Ok(()),
        Some(_) => Err(MessageError::bad_request(format!(
            "Serving signature name not found in signature def: there is {}",
            known.join(", ")
        ))),
    }
}

/// A response in JSON.
pub(super) fn json(answer: &impl Serialize) -> Result<Response<Body>, MessageError> {
    let bytes = serde_json::to_vec(answer);
    let bytes = bytes.map_err(|_| MessageError::new(500, "The answer cannot be written"))?;
    Ok(respond(200, "application/json", bytes))
}

/// A response in JSON with the headers that name the version.
pub(super) fn json_by(
    picked: &Picked,
    answer: &impl Serialize,
) -> Result<Response<Body>, MessageError> {
    Ok(answered_by(json(answer)?, &picked.version))
}
