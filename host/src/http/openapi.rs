//! `/openapi.json`: what the public listener answers, in OpenAPI 3.1, made of the attributes of the
//! functions that answer and of the types that they read and write.
//!
//! - `answer`: what `/intent` and refusals look like
//! - `complete`: what holds of many operations

mod answer;
mod complete;

pub(super) use answer::{Answer, ProblemBody};

use super::{Body, batch, health, intent, respond};
use hyper::Response;
use hyper::body::Bytes;
use std::sync::LazyLock;
use utoipa::OpenApi;

/// The routes of our own.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "intent-host",
        description = "Which intent a question has. Each question is answered in a fresh, sealed \
                       instance of the model. HEAD is answered wherever GET is."
    ),
    paths(
        intent::get,
        intent::post,
        batch::post,
        health::alive,
        health::ready,
        health::metrics,
        get
    )
)]
struct Own;

/// Made once: it is the same as long as the process lives.
static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| {
    // a document of strings and maps can be written
    complete::document().to_pretty_json().unwrap_or_default().into()
});

#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    tag = "Operations",
    responses((status = 200, description = "This document", body = Object)),
)]
pub(super) fn get() -> Response<Body> {
    respond(200, "application/json", DOCUMENT.clone())
}
