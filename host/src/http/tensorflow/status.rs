//! `GET /v1/models/NAME[/versions/N|/labels/L]`: the state of each version.

use super::responses::json;
use super::target::Target;
#[cfg(test)]
use crate::http::message_error::ErrorBody;
use crate::http::message_error::MessageError;
use crate::http::response::Body;
use crate::http::segments::PathSelector;
use crate::http::state::AppState;
use crate::registry::catalog::{Model, Status, VersionState};
use hyper::Response;
use serde::Serialize;
#[cfg(test)]
use utoipa::ToSchema;

/// The versions that were asked for, the highest first.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct ModelStatus {
    model_version_status: Vec<VersionStatus>,
}

/// One version.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct VersionStatus {
    /// Its number.
    version: String,
    /// State of the version.
    state: VersionState,
    /// Whether something is wrong with it.
    status: Health,
}

/// Whether something is wrong.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Health {
    /// `OK` where nothing is.
    error_code: &'static str,
    /// The error.
    error_message: String,
}

/// Answers the status of the versions that `target` names.
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/models/{model}",
    operation_id = "tensorflow_status",
    tag = "TensorFlow Serving",
    params(
        ("model" = String, Path, description = "Name of the model", example = "intent"),
    ),
    responses(
        (status = 200, description = "Where each version is in its life", body = ModelStatus),
        (status = 400, description = "The path cannot be read, or no such label", body = ErrorBody),
        (status = 404, description = "No such model or version", body = ErrorBody),
    ),
))]
pub(super) fn get(state: &AppState, target: &Target) -> Result<Response<Body>, MessageError> {
    let catalog = state.registry.catalog();
    let model = catalog.model(Some(&target.model)).map_err(|_| {
        MessageError::new(404, format!("Could not find any versions of model {}", target.model))
    })?;
    let number = number(model, &target.version)?;
    let statuses = model.statuses.iter().rev();
    let model_version_status: Vec<_> =
        statuses.filter(|s| number.is_none_or(|n| n == s.number)).map(VersionStatus::new).collect();
    if let (Some(number), true) = (number, model_version_status.is_empty()) {
        let message = format!("Could not find version {number} of model {}", target.model);
        return Err(MessageError::new(404, message));
    }
    json(&ModelStatus { model_version_status })
}

/// The number of the selected version; `None` selects all.
fn number(model: &Model, version: &PathSelector) -> Result<Option<u64>, MessageError> {
    match version {
        PathSelector::Any => Ok(None),
        PathSelector::Version(number) => Ok(Some(*number)),
        PathSelector::Label(label) => match model.labels.get(label) {
            Some(number) => Ok(Some(*number)),
            None => Err(MessageError::bad_request("Unrecognized servable version label")),
        },
    }
}

impl VersionStatus {
    fn new(status: &Status) -> Self {
        let (error_code, error_message) = match &status.error {
            None => ("OK", String::new()),
            Some(error) => ("FAILED_PRECONDITION", error.clone()),
        };
        let health = Health { error_code, error_message };
        VersionStatus { version: status.number.to_string(), state: status.state, status: health }
    }
}
