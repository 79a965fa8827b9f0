//! `/healthz`: the process lives. `/readyz`: it wants requests.

use super::problem::{self, Problem};
use super::{Body, State, respond};
use hyper::Response;
use std::sync::atomic::Ordering;

pub(super) fn alive() -> Response<Body> {
    respond(200, "text/plain; charset=utf-8", "ok\n")
}

pub(super) fn ready(state: &State) -> Result<Response<Body>, Problem> {
    if state.draining.load(Ordering::Relaxed) {
        return Err(problem::draining());
    }
    Ok(respond(200, "text/plain; charset=utf-8", "ready\n"))
}
