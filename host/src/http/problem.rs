//! What a service says no with (`intent_http::problem`), as this host's responses.

use super::ask::Failure;
use super::{Body, allow, respond};
use crate::registry::catalog::PickError;
use hyper::Response;
use hyper::header::{HeaderValue, RETRY_AFTER};
pub(super) use intent_http::problem::*;

/// The response.
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

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unpicked(PickError::NoModel | PickError::Nothing) => nothing_available(),
            Failure::Unpicked(PickError::NoLabel) => no_such_label(),
            Failure::Unpicked(PickError::NotAvailable(number)) => no_such_version(number),
            Failure::Blank => blank_query(),
            Failure::TooLong { actual, limit } => query_too_long(actual, limit),
            Failure::Busy => busy(),
            Failure::Deadline => deadline(),
            Failure::Broken => model_failed(),
        }
    }
}
