//! Requests → answers. One module a route; [`problem`] is how any of them says no.

mod health;
mod intent;
mod problem;
mod query;

use crate::registry::Registry;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response};
use problem::Problem;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a response carries: bytes known before the first is sent.
pub type Body = Full<Bytes>;

/// What every request sees.
#[derive(Debug)]
pub struct State {
    registry: Registry,
    draining: AtomicBool,
}

impl State {
    /// Serves the versions of `registry`.
    #[must_use]
    pub fn new(registry: Registry) -> Self {
        State { registry, draining: AtomicBool::new(false) }
    }

    /// From now on `/readyz` says no, so that no new request is routed here.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }
}

/// Answers one request. Never reads its body: no route takes one.
#[must_use]
pub fn answer<B>(state: &State, request: &Request<B>) -> Response<Body> {
    let answered = match request.uri().path() {
        "/intent" => only_get(request).and_then(|()| intent::get(state, request.uri().query())),
        "/healthz" => only_get(request).map(|()| health::alive()),
        "/readyz" => only_get(request).and_then(|()| health::ready(state)),
        _ => Err(problem::not_found()),
    };
    answered.unwrap_or_else(Problem::into_response)
}

/// HEAD is GET without the body, which hyper leaves out.
fn only_get<B>(request: &Request<B>) -> Result<(), Problem> {
    match *request.method() {
        Method::GET | Method::HEAD => Ok(()),
        _ => Err(problem::method_not_allowed()),
    }
}

fn respond(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if status == 405 {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}
