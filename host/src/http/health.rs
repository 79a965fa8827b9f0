//! `/healthz`: liveness. `/readyz`: readiness. `/metrics`: metrics for Prometheus.

use super::problem::{self, Problem};
use super::response::{Body, respond};
#[cfg(test)]
use super::schemas::ProblemBody;
use super::state::AppState;
use hyper::Response;
#[cfg(test)]
use utoipa::OpenApi;

/// The routes of this module in the OpenAPI document.
#[cfg(test)]
#[derive(OpenApi)]
#[openapi(paths(alive, ready, metrics))]
pub(super) struct Description;

#[cfg_attr(test, utoipa::path(
    get,
    path = "/healthz",
    operation_id = "alive",
    tag = "Operations",
    responses(
        (status = 200, description = "The process lives", body = String, content_type = "text/plain"),
    ),
))]
pub(super) fn alive() -> Response<Body> {
    respond(200, "text/plain; charset=utf-8", "ok\n")
}

#[cfg_attr(test, utoipa::path(
    get,
    path = "/readyz",
    operation_id = "ready",
    tag = "Operations",
    responses(
        (status = 200, description = "The host wants requests", body = String, content_type = "text/plain"),
        (status = 503, description = "The host is stopping, or no version is available", body = ProblemBody, content_type = "application/problem+json"),
    ),
))]
pub(super) fn ready(state: &AppState) -> Result<Response<Body>, Problem> {
    if state.is_draining() {
        return Err(problem::draining());
    }
    if !state.registry.catalog().is_ready() {
        return Err(problem::nothing_available());
    }
    Ok(respond(200, "text/plain; charset=utf-8", "ready\n"))
}

#[cfg_attr(test, utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    tag = "Operations",
    responses(
        (status = 200, description = "What was counted, for Prometheus", body = String, content_type = "application/openmetrics-text"),
    ),
))]
pub(super) fn metrics(state: &AppState) -> Response<Body> {
    state.metrics.connections.set(state.admission.connections() as i64);
    // "waiting" counts the calls that run as well
    state.metrics.waiting.set(state.admission.in_queue() as i64);
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    respond(200, kind, state.metrics.text())
}
