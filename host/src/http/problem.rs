//! Error responses of our own routes: `intent_http::problem` → responses.

use super::failure::Failure;
use super::response::{Body, allow, respond};
use super::routes::Route;
use crate::registry::catalog::PickError;
use hyper::header::{HeaderValue, RETRY_AFTER};
use hyper::{Method, Response};
pub(super) use intent_http::problem::*;

/// Builds the response.
pub(super) fn into_response(problem: Problem) -> Response<Body> {
    let body = problem.json().to_string();
    let mut response = respond(problem.status(), "application/problem+json", body);
    if let Some(seconds) = problem.retry_after() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    match problem.allow() {
        Some(methods) => allow(response, methods),
        None => response,
    }
}

/// Refuses a method that the route does not have.
pub(super) fn check_method(route: Route, method: &Method) -> Result<(), Problem> {
    match route.methods.allows(method) {
        true => Ok(()),
        false => Err(method_not_allowed(route.methods.as_str())),
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoVersion(PickError::NoModel | PickError::Nothing) => nothing_available(),
            Failure::NoVersion(PickError::NoLabel) => no_such_label(),
            Failure::NoVersion(PickError::NotAvailable(number)) => no_such_version(number),
            Failure::BlankQuery => blank_query(),
            Failure::QueryTooLong { actual, limit } => query_too_long(actual, limit),
            Failure::Busy => busy(),
            Failure::Deadline => deadline(),
            Failure::ModelFailed => model_failed(),
        }
    }
}
