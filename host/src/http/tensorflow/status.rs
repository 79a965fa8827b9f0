//! `GET /v1/models/NAME[/versions/N|/labels/L]`: where each version is in its life.

use super::target::Target;
use super::{State, json};
use crate::http::Body;
use crate::http::refusal::Refusal;
use crate::http::segments::Which;
use crate::registry::State as Life;
use crate::registry::catalog::{Model, Status};
use hyper::Response;
use serde::Serialize;

/// The versions that were asked for, the highest first.
#[derive(Serialize)]
pub(super) struct ModelStatus {
    model_version_status: Vec<VersionStatus>,
}

/// One version.
#[derive(Serialize)]
pub(super) struct VersionStatus {
    /// Its number.
    version: String,
    /// Where it is.
    state: Life,
    /// Whether something is wrong with it.
    status: Health,
}

/// Whether something is wrong.
#[derive(Serialize)]
pub(super) struct Health {
    /// `OK` where nothing is.
    error_code: &'static str,
    /// What is wrong.
    error_message: String,
}

/// Answers the status of the versions that `target` names.
pub(super) fn get(state: &State, target: &Target) -> Result<Response<Body>, Refusal> {
    let catalog = state.registry.catalog();
    let model = catalog.model(Some(&target.model)).map_err(|_| {
        Refusal::new(404, format!("Could not find any versions of model {}", target.model))
    })?;
    let number = number(model, &target.which)?;
    let statuses = model.statuses.iter().rev();
    let model_version_status: Vec<_> =
        statuses.filter(|s| number.is_none_or(|n| n == s.number)).map(VersionStatus::of).collect();
    if let (Some(number), true) = (number, model_version_status.is_empty()) {
        let message = format!("Could not find version {number} of model {}", target.model);
        return Err(Refusal::new(404, message));
    }
    json(&ModelStatus { model_version_status })
}

/// The version that is meant; all are where it is none.
fn number(model: &Model, which: &Which) -> Result<Option<u64>, Refusal> {
    match which {
        Which::Any => Ok(None),
        Which::Version(number) => Ok(Some(*number)),
        Which::Label(label) => match model.labels.get(label) {
            Some(number) => Ok(Some(*number)),
            None => Err(Refusal::bad("Unrecognized servable version label")),
        },
    }
}

impl VersionStatus {
    fn of(status: &Status) -> Self {
        let (error_code, error_message) = match &status.error {
            None => ("OK", String::new()),
            Some(error) => ("FAILED_PRECONDITION", error.clone()),
        };
        let health = Health { error_code, error_message };
        VersionStatus { version: status.number.to_string(), state: status.state, status: health }
    }
}
