//! Error responses of the other protocols: `{"error": "…"}`, which TensorFlow Serving and the Open
//! Inference Protocol have in common.

use super::body::ReadError;
use super::response::{Body, allow, respond};
use super::routes::Route;
use hyper::header::{HeaderValue, RETRY_AFTER};
use hyper::{Method, Response};
use serde::Serialize;
#[cfg(test)]
use utoipa::ToSchema;

/// An error response.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MessageError {
    status: u16,
    message: String,
    /// Methods of the route, for the header `Allow`.
    allow: Option<&'static str>,
    /// Whether to retry in a second.
    retry: bool,
}

/// Body of an error response.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct ErrorBody {
    /// The error, and the part of the request that it is in.
    error: String,
}

impl MessageError {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        MessageError { status, message: message.into(), allow: None, retry: false }
    }

    /// The request is invalid.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        MessageError::new(400, message)
    }

    /// A retry helps.
    pub(super) fn unavailable(message: impl Into<String>) -> Self {
        MessageError { retry: true, ..MessageError::new(503, message) }
    }

    /// Invalid JSON. The message has the position, and nothing of the content.
    pub(super) fn invalid_json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        MessageError::bad_request(format!(
            "JSON parse error, or a field is missing or of another type: line {line}, column {column}"
        ))
    }

    /// Refuses a method that the route does not have.
    pub(super) fn check_method(route: Route, method: &Method) -> Result<(), Self> {
        if route.methods.allows(method) {
            return Ok(());
        }
        let methods = route.methods.as_str();
        let message = format!("Method not allowed: the methods of this path are {methods}");
        Err(MessageError { allow: Some(methods), ..MessageError::new(405, message) })
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let body = serde_json::to_vec(&ErrorBody { error: self.message }).unwrap_or_default();
        let mut response = respond(self.status, "application/json", body);
        if self.retry {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(1));
        }
        match self.allow {
            Some(methods) => allow(response, methods),
            None => response,
        }
    }
}

impl From<ReadError> for MessageError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::TooLong(limit) => {
                MessageError::new(413, format!("The body is too long: the limit is {limit} bytes"))
            }
            ReadError::TooSlow => MessageError::new(408, "The body did not arrive in time"),
            ReadError::Broken => MessageError::bad_request("The body did not arrive whole"),
        }
    }
}
