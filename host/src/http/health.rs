//! `/healthz`: the process lives. `/readyz`: it wants requests. `/metrics`: what it did.

use super::problem::{self, Problem};
use super::{Body, State, respond};
use hyper::Response;

pub(super) fn alive() -> Response<Body> {
    respond(200, "text/plain; charset=utf-8", "ok\n")
}

pub(super) fn ready(state: &State) -> Result<Response<Body>, Problem> {
    if state.is_draining() {
        return Err(problem::draining());
    }
    if !state.registry.catalog().is_ready() {
        return Err(problem::nothing_available());
    }
    Ok(respond(200, "text/plain; charset=utf-8", "ready\n"))
}

pub(super) fn metrics(state: &State) -> Response<Body> {
    state.metrics.connections.set(state.admission.connections() as i64);
    state.metrics.waiting.set(state.admission.waiting() as i64);
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    respond(200, kind, state.metrics.text())
}
