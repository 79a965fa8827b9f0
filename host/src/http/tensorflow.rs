//! TensorFlow Serving's REST: `/v1/models/NAME[/versions/N|/labels/L]` (status), `…/metadata`,
//! `…:classify` and `…:predict`.
//!
//! Its statuses are those of TensorFlow Serving: an unknown model or version is 404, an unknown label
//! and a path that it does not have are 400, a call past its deadline is 504. Content-Type is not looked
//! at, as there.
//!
//! - `target`: which model, which version, what of it
//! - `predict`, `classify`: questions in, answers out
//! - `status`, `metadata`: what there is

mod classify;
mod metadata;
mod predict;
mod status;
mod target;
mod value;

use super::ask::{Failure, Picked, pick};
use super::refusal::Refusal;
use super::several::Unanswered;
use super::{Body, State, answered_by, body, respond};
use crate::registry::catalog::PickError;
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response};
use serde::Serialize;
use std::sync::Arc;
use target::{Action, Target};

/// Answers a request of a path under `/v1/models`.
pub(super) async fn route(state: &Arc<State>, request: Request<Incoming>) -> Response<Body> {
    answer(state, request).await.unwrap_or_else(Refusal::into_response)
}

async fn answer(state: &Arc<State>, request: Request<Incoming>) -> Result<Response<Body>, Refusal> {
    let target = Target::of_path(request.uri().path())?;
    match (&target.action, request.method()) {
        (Action::Status, &Method::GET | &Method::HEAD) => status::get(state, &target),
        (Action::Metadata, &Method::GET | &Method::HEAD) => metadata::get(state, &target),
        (Action::Status | Action::Metadata, _) => Err(Refusal::method("GET, HEAD")),
        (Action::Predict, &Method::POST) => {
            predict::post(state, &target, &read(state, request).await?).await
        }
        (Action::Classify, &Method::POST) => {
            classify::post(state, &target, &read(state, request).await?).await
        }
        (Action::Regress, &Method::POST) => Err(Refusal::bad(
            "Expected a regression signature: this model has tensorflow/serving/classify and \
             tensorflow/serving/predict",
        )),
        _ => Err(Refusal::method("POST")),
    }
}

async fn read(state: &State, request: Request<Incoming>) -> Result<Bytes, Refusal> {
    Ok(body::read(request.into_body(), state.bodies).await?)
}

/// The version that answers `target`.
fn picked(state: &State, target: &Target) -> Result<Picked, Refusal> {
    let picked = pick(state, Some(&target.model), target.which.selector());
    picked.map_err(|failure| refusal(&failure, &target.model))
}

fn unanswered(unanswered: &Unanswered, model: &str) -> Refusal {
    unanswered.fault().unwrap_or_else(|| refusal(&unanswered.failure, model))
}

fn refusal(failure: &Failure, model: &str) -> Refusal {
    match failure {
        Failure::Unpicked(PickError::NoModel) => {
            Refusal::new(404, format!("Servable not found for request: Latest({model})"))
        }
        Failure::Unpicked(PickError::NotAvailable(number)) => Refusal::new(
            404,
            format!("Servable not found for request: Specific({model}, {number})"),
        ),
        Failure::Unpicked(PickError::NoLabel) => {
            Refusal::bad("Unrecognized servable version label")
        }
        Failure::Unpicked(PickError::Nothing) => {
            Refusal::later(format!("No version of {model} is available now"))
        }
        Failure::Busy => Refusal::later("Too many requests wait"),
        Failure::Deadline => Refusal::new(504, "The model did not answer in time and was stopped"),
        // those of a query are said by its index
        Failure::Blank | Failure::TooLong { .. } | Failure::Broken => {
            Refusal::new(500, "The model failed on this request")
        }
    }
}

/// Of `signature_name`, the default or one of `known`.
fn signature(stated: Option<&str>, known: &[&str]) -> Result<(), Refusal> {
    match stated {
        None | Some("") => Ok(()),
        Some(name) if known.contains(&name) => Ok(()),
        Some(_) => Err(Refusal::bad(format!(
            "Serving signature name not found in signature def: there is {}",
            known.join(", ")
        ))),
    }
}

fn json(answer: &impl Serialize) -> Result<Response<Body>, Refusal> {
    let bytes = serde_json::to_vec(answer);
    let bytes = bytes.map_err(|_| Refusal::new(500, "The answer cannot be written"))?;
    Ok(respond(200, "application/json", bytes))
}

fn json_by(picked: &Picked, answer: &impl Serialize) -> Result<Response<Body>, Refusal> {
    Ok(answered_by(json(answer)?, &picked.version))
}
