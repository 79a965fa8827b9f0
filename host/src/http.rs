//! Requests → answers. One module a protocol; all of them ask through [`ask`].
//!
//! - `intent`, `batch`: our own routes; `problem` is how they say no; what is asked and answered is `intent_http`'s
//! - `tensorflow`: TensorFlow Serving's REST
//! - `inference`: the Open Inference Protocol, version 2
//! - `health`, `admin`: for whoever runs the host
//! - `openapi`: what all of them answer, for programs
//! - `ui`: the web page at `/`
//! - `access`: bearer token and CORS
//! - `body`, `segments`: what a request carries
//! - `several`, `refusal`: many questions at once, and how the protocols of others say no
//! - `fuzzing`: the way in for `fuzz/`

mod access;
mod admin;
mod ask;
mod batch;
mod body;
#[doc(hidden)]
pub mod fuzzing;
mod health;
mod inference;
mod intent;
mod openapi;
mod problem;
mod refusal;
mod segments;
mod several;
mod tensorflow;
mod ui;

pub use access::Access;
pub use body::Body;
pub use ui::Ui;

use crate::admission::Admission;
use crate::metrics::Metrics;
use crate::registry::{Registry, Version};
use crate::sources::Sources;
use crate::telemetry;
use body::full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tracing::Instrument;

/// What every request sees.
#[derive(Debug)]
pub struct State {
    /// The versions.
    pub registry: Arc<Registry>,
    /// Where versions come from, beside the trainer.
    pub sources: Arc<Sources>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Who waits.
    pub admission: Admission,
    /// Who may ask.
    pub access: Access,
    /// Bounds of a request's body.
    pub bodies: Bodies,
    /// The web page, where there is one.
    pub ui: Option<Ui>,
    draining: AtomicBool,
    shadows: AtomicUsize,
}

/// Bounds of a request's body.
#[derive(Clone, Copy, Debug)]
pub struct Bodies {
    /// Bytes of a body that is read whole.
    pub whole: usize,
    /// Bytes of a batch.
    pub batch: usize,
    /// Time for a whole body, or between two pieces of a batch.
    pub timeout: Duration,
}

impl State {
    /// Serves the versions of `registry`.
    #[must_use]
    pub fn new(
        registry: Arc<Registry>,
        sources: Arc<Sources>,
        metrics: Arc<Metrics>,
        admission: Admission,
        access: Access,
        bodies: Bodies,
        ui: Option<Ui>,
    ) -> Self {
        let (draining, shadows) = (AtomicBool::new(false), AtomicUsize::new(0));
        State { registry, sources, metrics, admission, access, bodies, ui, draining, shadows }
    }

    /// From now on `/readyz` says no, so that no new request is routed here.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

const ROUTES: &str = "/intent?query=…, /intent/batch, /v1/models/…, /v2/…, /healthz, /readyz, /metrics and \
                      /openapi.json, which describes them";
const ADMIN_ROUTES: &str = "/v1/reload, /healthz, /readyz and /metrics";

/// Answers a request on the public listener.
pub async fn answer(state: &Arc<State>, request: Request<Incoming>) -> Response<Body> {
    let span = telemetry::span(&request);
    if span.is_disabled() {
        return checked(state, request).await;
    }
    let response = checked(state, request).instrument(span.clone()).await;
    telemetry::end(&span, &response);
    response
}

async fn checked(state: &Arc<State>, request: Request<Incoming>) -> Response<Body> {
    let cors = state.access.cors(&request);
    // the page holds nothing of anybody, and asks for the token
    let page = state.ui.as_ref().and_then(|ui| ui.page(&request));
    let mut response = match page.or_else(|| state.access.refusal(&request)) {
        Some(response) => response,
        None => route(state, request).await,
    };
    if let Some(cors) = cors {
        cors.write(response.headers_mut());
    }
    response
}

async fn route(state: &Arc<State>, request: Request<Incoming>) -> Response<Body> {
    let path = request.uri().path();
    if is_under(path, "/v1/models") {
        return tensorflow::route(state, request).await;
    }
    if is_under(path, "/v2") {
        return inference::route(state, request).await;
    }
    if let Some(ui) = state.ui.as_ref().filter(|_| is_under(path, "/ui")) {
        return ui.route(state, &request).await.unwrap_or_else(problem::into_response);
    }
    let answered = match path {
        "/intent" => match *request.method() {
            Method::GET | Method::HEAD => intent::get(state, request.uri().query()).await,
            Method::POST => intent::post(state, request).await,
            _ => Err(problem::method_not_allowed("GET, HEAD, POST")),
        },
        "/intent/batch" => match *request.method() {
            Method::POST => batch::post(state, request).await,
            _ => Err(problem::method_not_allowed("POST")),
        },
        "/healthz" => only_get(&request).map(|()| health::alive()),
        "/readyz" => only_get(&request).and_then(|()| health::ready(state)),
        "/metrics" => only_get(&request).map(|()| health::metrics(state)),
        "/openapi.json" => only_get(&request).map(|()| openapi::get()),
        _ => Err(problem::not_found(ROUTES)),
    };
    answered.unwrap_or_else(problem::into_response)
}

/// Answers a request on the admin listener.
pub async fn administrate(state: &Arc<State>, request: Request<Incoming>) -> Response<Body> {
    let answered = match request.uri().path() {
        "/v1/reload" => match *request.method() {
            Method::POST => admin::reload(state).await,
            _ => Err(problem::method_not_allowed("POST")),
        },
        "/healthz" => only_get(&request).map(|()| health::alive()),
        "/readyz" => only_get(&request).and_then(|()| health::ready(state)),
        "/metrics" => only_get(&request).map(|()| health::metrics(state)),
        _ => Err(problem::not_found(ADMIN_ROUTES)),
    };
    answered.unwrap_or_else(problem::into_response)
}

/// Whether `path` is `root` or has it before a slash.
fn is_under(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// HEAD is GET without the body, which hyper leaves out.
fn only_get<B>(request: &Request<B>) -> Result<(), problem::Problem> {
    match *request.method() {
        Method::GET | Method::HEAD => Ok(()),
        _ => Err(problem::method_not_allowed("GET, HEAD")),
    }
}

fn respond(status: u16, content_type: &'static str, bytes: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(full(bytes));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Says which version answered.
fn answered_by(mut response: Response<Body>, version: &Version) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert("x-model-version", version.number_header.clone());
    headers.insert("x-model-digest", version.digest_header.clone());
    response
}

fn allow(mut response: Response<Body>, methods: &'static str) -> Response<Body> {
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    response
}
