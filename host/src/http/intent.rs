//! `GET /intent?query=…` → `{"intent": 26, "probability": "0.73356545"}`.

use super::problem::{self, Problem};
use super::query::{Refused, parameter};
use super::{Body, State, respond};
use crate::runtime::{CallError, ClassifyError, Prediction};
use hyper::Response;

pub(super) fn get(state: &State, query: Option<&str>) -> Result<Response<Body>, Problem> {
    let text = parameter(query.unwrap_or_default(), "query").map_err(|refused| match refused {
        Refused::Missing => problem::missing_query(),
        Refused::Duplicated => problem::duplicated_query(),
        Refused::NotUtf8 => problem::query_not_utf8(),
    })?;
    let version = state.registry.current();
    let answer = version.classifier.classify(&text).map_err(|error| {
        // the query's length, never its text
        tracing::error!(version = version.number, bytes = text.len(), %error, "call failed");
        match error {
            CallError::PoolFull(_) => problem::busy(),
            CallError::Deadline => problem::deadline(),
            CallError::Trap(_) => problem::model_failed(),
        }
    })?;
    match answer {
        Ok(prediction) => Ok(respond(200, "application/json", json(&prediction))),
        Err(ClassifyError::EmptyQuery) => Err(problem::blank_query()),
        Err(ClassifyError::QueryTooLong(l)) => Err(problem::query_too_long(l.actual, l.limit)),
        Err(ClassifyError::BadModel(error)) => {
            tracing::error!(version = version.number, error, "model damaged");
            Err(problem::model_failed())
        }
    }
}

/// The agreed format: an integer, a string of 8 decimals, these two keys, this spacing.
fn json(prediction: &Prediction) -> String {
    let Prediction { intent, probability, .. } = prediction;
    format!("{{\"intent\": {intent}, \"probability\": \"{probability:.8}\"}}")
}
