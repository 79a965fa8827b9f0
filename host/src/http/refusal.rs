//! How the protocols of others say no: `{"error": "…"}`, which TensorFlow Serving and the Open
//! Inference Protocol have in common.

use super::body::Unread;
use super::{Body, allow, respond};
use hyper::Response;
use hyper::header::{HeaderValue, RETRY_AFTER};
use serde::Serialize;

/// A refusal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    message: String,
    /// The methods that the route has.
    allow: Option<&'static str>,
    /// Whether to ask again in a second.
    later: bool,
}

/// What a client reads.
#[derive(Serialize)]
pub(super) struct ErrorBody<'a> {
    /// What is wrong, and with which part of the request.
    error: &'a str,
}

impl Refusal {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        Refusal { status, message: message.into(), allow: None, later: false }
    }

    /// The request is at fault.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Refusal::new(400, message)
    }

    /// Asking again helps.
    pub(super) fn later(message: impl Into<String>) -> Self {
        Refusal { later: true, ..Refusal::new(503, message) }
    }

    pub(super) fn method(methods: &'static str) -> Self {
        let message = format!("Method not allowed: the methods of this path are {methods}");
        Refusal { allow: Some(methods), ..Refusal::new(405, message) }
    }

    /// Says where, and nothing of what was sent.
    pub(super) fn json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        Refusal::bad(format!(
            "JSON parse error, or a field is missing or of another type: line {line}, column {column}"
        ))
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let body = serde_json::to_vec(&ErrorBody { error: &self.message }).unwrap_or_default();
        let mut response = respond(self.status, "application/json", body);
        if self.later {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(1));
        }
        match self.allow {
            Some(methods) => allow(response, methods),
            None => response,
        }
    }
}

impl From<Unread> for Refusal {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLong(limit) => {
                Refusal::new(413, format!("The body is too long: the limit is {limit} bytes"))
            }
            Unread::TooSlow => Refusal::new(408, "The body did not arrive in time"),
            Unread::Broken => Refusal::bad("The body did not arrive whole"),
        }
    }
}
