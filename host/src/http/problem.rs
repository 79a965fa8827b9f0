//! How the host says no: `application/problem+json` (RFC 9457). What a client reads here names its
//! mistake and the remedy; what went on inside goes to the log.

use super::ask::Failure;
use super::{Body, allow, respond};
use crate::registry::catalog::PickError;
use hyper::Response;
use hyper::header::{HeaderValue, RETRY_AFTER};
use serde_json::{Value, json};

/// A refusal.
#[derive(Debug)]
pub(super) struct Problem {
    status: u16,
    kind: &'static str,
    title: &'static str,
    detail: String,
    /// The limit that was passed, as a member of its own.
    limit: Option<u64>,
    /// The methods that the route has.
    allow: Option<&'static str>,
    /// Seconds after which to ask again.
    retry_after: Option<u32>,
}

impl Problem {
    fn new(status: u16, kind: &'static str, title: &'static str, detail: &str) -> Self {
        let detail = detail.to_owned();
        Problem { status, kind, title, detail, limit: None, allow: None, retry_after: None }
    }

    /// What a client reads. The type is a URN: it identifies, and leads nowhere.
    pub(super) fn json(&self) -> Value {
        let mut body = json!({
            "type": format!("urn:posos-intent:problem:{}", self.kind),
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        });
        if let (Some(limit), Some(object)) = (self.limit, body.as_object_mut()) {
            object.insert("limit".to_owned(), limit.into());
        }
        body
    }

    /// The response.
    pub(super) fn into_response(self) -> Response<Body> {
        let body = self.json().to_string();
        let mut response = respond(self.status, "application/problem+json", body);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        match self.allow {
            Some(methods) => allow(response, methods),
            None => response,
        }
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

const EXAMPLE: &str = "Send one question, percent-encoded, as in /intent?query=mal+de+t%C3%AAte";

pub(super) fn missing_query() -> Problem {
    let detail = format!("The parameter `query` is missing. {EXAMPLE}.");
    Problem::new(400, "missing-query", "No query", &detail)
}

pub(super) fn duplicated_query() -> Problem {
    let detail = format!("The parameter `query` occurs more than once. {EXAMPLE}.");
    Problem::new(400, "duplicated-query", "More than one query", &detail)
}

pub(super) fn blank_query() -> Problem {
    let detail = format!("The parameter `query` is empty or blank. {EXAMPLE}.");
    Problem::new(400, "blank-query", "Blank query", &detail)
}

pub(super) fn query_not_utf8() -> Problem {
    let detail = format!("The parameter `query` is not valid UTF-8 once decoded. {EXAMPLE}.");
    Problem::new(400, "query-not-utf8", "Query is not UTF-8", &detail)
}

pub(super) fn query_too_long(actual: u32, limit: u32) -> Problem {
    let detail =
        format!("The query has {actual} bytes of UTF-8; the limit is {limit}. Shorten it.");
    let mut problem = Problem::new(414, "query-too-long", "Query too long", &detail);
    problem.limit = Some(limit.into());
    problem
}

pub(super) fn bad_parameter(detail: &str) -> Problem {
    Problem::new(400, "bad-parameter", "Bad parameter", detail)
}

/// Says where, and nothing of what was sent.
pub(super) fn bad_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let detail = format!(
        "The body is not of the form {{\"query\": \"…\"}}, with `version`, `label`, `top`, \
         `explain` and `decide` where wanted: line {line}, column {column}."
    );
    Problem::new(400, "bad-json", "Bad JSON", &detail)
}

pub(super) fn bad_line() -> Problem {
    let detail =
        "The line is neither {\"query\": \"…\"}, with an `id` where wanted, nor a JSON string.";
    Problem::new(400, "bad-line", "Bad line", detail)
}

pub(super) fn unsupported_type(wanted: &str) -> Problem {
    let detail = format!("Send the body as {wanted}, and say so in Content-Type.");
    Problem::new(415, "unsupported-type", "Unsupported media type", &detail)
}

pub(super) fn body_too_long(limit: usize) -> Problem {
    let detail = format!("The limit is {limit} bytes. Send less.");
    let mut problem = Problem::new(413, "body-too-long", "Body too long", &detail);
    problem.limit = Some(limit as u64);
    problem
}

pub(super) fn body_too_slow() -> Problem {
    Problem::new(408, "body-too-slow", "Body too slow", "The body did not arrive in time.")
}

pub(super) fn body_broken() -> Problem {
    Problem::new(400, "body-broken", "Body broken", "The body did not arrive whole.")
}

pub(super) fn unauthorized() -> Problem {
    let detail = "Send the token of this host: Authorization: Bearer TOKEN.";
    Problem::new(401, "unauthorized", "No or wrong token", detail)
}

pub(super) fn no_such_version(number: u64) -> Problem {
    let detail = format!("Version {number} is not available. Leave `version` out for the default.");
    Problem::new(404, "no-such-version", "No such version", &detail)
}

pub(super) fn no_such_label() -> Problem {
    let detail = "No version has that label. The labels are those of models.toml.";
    Problem::new(404, "no-such-label", "No such label", detail)
}

pub(super) fn nothing_available() -> Problem {
    let detail = "No version of the model is available now. Ask again later.";
    let mut problem = Problem::new(503, "nothing-available", "No version available", detail);
    problem.retry_after = Some(1);
    problem
}

pub(super) fn reload_failed() -> Problem {
    let detail = "The models directory could not be read again. The log says why.";
    Problem::new(500, "reload-failed", "Reload failed", detail)
}

pub(super) fn not_found() -> Problem {
    let detail = "There is nothing here. The routes are /intent?query=…, /intent/batch, /v1/models/…, \
                  /v2/…, /healthz, /readyz, /metrics and /openapi.json, which describes them.";
    Problem::new(404, "not-found", "Not found", detail)
}

pub(super) fn method_not_allowed(methods: &'static str) -> Problem {
    let detail = format!("The methods of this route are {methods}.");
    let mut problem = Problem::new(405, "method-not-allowed", "Method not allowed", &detail);
    problem.allow = Some(methods);
    problem
}

pub(super) fn draining() -> Problem {
    let detail = "This host is stopping. Ask another, or this one again later.";
    let mut problem = Problem::new(503, "stopping", "Stopping", detail);
    problem.retry_after = Some(1);
    problem
}

pub(super) fn busy() -> Problem {
    let detail = "Too many requests wait. Ask again in a second.";
    let mut problem = Problem::new(503, "busy", "Busy", detail);
    problem.retry_after = Some(1);
    problem
}

pub(super) fn deadline() -> Problem {
    let detail = "The model did not answer in time and was stopped.";
    Problem::new(500, "deadline", "Model too slow", detail)
}

pub(super) fn model_failed() -> Problem {
    let detail = "The model failed on this query. Other queries are not affected.";
    Problem::new(500, "model-failed", "Model failed", detail)
}

pub(super) fn no_report() -> Problem {
    let detail = "This version has no report.html beside it. `intent-trainer train` writes one.";
    Problem::new(404, "no-report", "No report", detail)
}

pub(super) fn bad_report() -> Problem {
    let detail = "The report of this version cannot be shown. The log says why.";
    Problem::new(500, "bad-report", "Report not shown", detail)
}
