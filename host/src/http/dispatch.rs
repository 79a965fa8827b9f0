//! Request → route → handler.

use super::message_error::MessageError;
use super::problem::{self, Problem};
use super::response::Body;
use super::routes::{self, Endpoint, Listener, Mount};
use super::state::AppState;
use super::{access, admin, batch, health, inference, intent, openapi, tensorflow, ui};
use crate::telemetry;
use hyper::body::Incoming;
use hyper::{Method, Request, Response};
use std::sync::Arc;
use tracing::Instrument;

/// Answers a request on the public listener.
pub(crate) async fn answer(state: &Arc<AppState>, request: Request<Incoming>) -> Response<Body> {
    let span = telemetry::span(&request);
    if span.is_disabled() {
        return check_access_and_route(state, request).await;
    }
    let response = check_access_and_route(state, request).instrument(span.clone()).await;
    telemetry::end(&span, &response);
    response
}

/// Answers a request on the admin listener.
pub(crate) async fn answer_admin(
    state: &Arc<AppState>,
    request: Request<Incoming>,
) -> Response<Body> {
    route(state, request, Listener::Admin).await
}

/// Checks access, then answers the request or refuses it.
async fn check_access_and_route(
    state: &Arc<AppState>,
    request: Request<Incoming>,
) -> Response<Body> {
    let cors = access::cors(&state.access, &request);
    // the page's files need no token: they hold no data, and the page asks for the token itself
    let file = if state.has_page() { ui::file(&request) } else { None };
    let mut response = match file.or_else(|| access::check(&state.access, &request)) {
        Some(response) => response,
        None => route(state, request, Listener::Public).await,
    };
    if let Some(cors) = cors {
        cors.write(response.headers_mut());
    }
    response
}

async fn route(
    state: &Arc<AppState>,
    request: Request<Incoming>,
    listener: Listener,
) -> Response<Body> {
    let answered = match routes::find(listener, request.uri().path()) {
        Some(mount) => endpoint(state, request, mount).await,
        None => Err(problem::not_found(&routes::list(listener))),
    };
    answered.unwrap_or_else(problem::into_response)
}

async fn endpoint(
    state: &Arc<AppState>,
    request: Request<Incoming>,
    mount: &Mount,
) -> Result<Response<Body>, Problem> {
    if let [route] = mount.routes {
        problem::check_method(*route, request.method())?;
    }
    match mount.endpoint {
        Endpoint::Intent if *request.method() == Method::POST => intent::post(state, request).await,
        Endpoint::Intent => intent::get(state, request.uri().query()).await,
        Endpoint::Batch => batch::post(state, request).await,
        Endpoint::TensorFlow => {
            Ok(tensorflow::route(state, request).await.unwrap_or_else(MessageError::into_response))
        }
        Endpoint::Inference => {
            Ok(inference::route(state, request).await.unwrap_or_else(MessageError::into_response))
        }
        Endpoint::Ui => ui::route(state, &request).await,
        Endpoint::Reload => admin::reload(state).await,
        Endpoint::Liveness => Ok(health::alive()),
        Endpoint::Readiness => health::ready(state),
        Endpoint::Metrics => Ok(health::metrics(state)),
        Endpoint::OpenApi => Ok(openapi::get()),
    }
}
