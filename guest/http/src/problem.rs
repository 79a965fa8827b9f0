//! Error responses: `application/problem+json` (RFC 9457). They tell a client what is wrong and how to
//! fix it; internals go to the log.

use serde_json::{Value, json};

/// An error response.
#[derive(Debug)]
pub struct Problem {
    status: u16,
    kind: &'static str,
    title: &'static str,
    detail: String,
    /// The limit that was exceeded, as a member of its own.
    limit: Option<u64>,
    /// The methods of the route, for the header `Allow`.
    allow: Option<&'static str>,
    /// Seconds, for the header `Retry-After`.
    retry_after: Option<u32>,
}

impl Problem {
    fn new(status: u16, kind: &'static str, title: &'static str, detail: &str) -> Self {
        let detail = detail.to_owned();
        Problem { status, kind, title, detail, limit: None, allow: None, retry_after: None }
    }

    /// 503, with a retry after a second.
    fn unavailable(kind: &'static str, title: &'static str, detail: &str) -> Self {
        Problem { retry_after: Some(1), ..Problem::new(503, kind, title, detail) }
    }

    /// The body, `application/problem+json`. Its type is a URN: an identifier, not a link.
    #[must_use]
    pub fn json(&self) -> Value {
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

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The `Allow` header of the response.
    #[must_use]
    pub fn allow(&self) -> Option<&'static str> {
        self.allow
    }

    /// The `Retry-After` header of the response, in seconds.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        self.retry_after
    }
}

const EXAMPLE: &str = "Send one question, percent-encoded, as in /intent?query=mal+de+t%C3%AAte";

/// `query` is missing.
#[must_use]
pub fn missing_query() -> Problem {
    let detail = format!("The parameter `query` is missing. {EXAMPLE}.");
    Problem::new(400, "missing-query", "No query", &detail)
}

/// `query` occurs more than once.
#[must_use]
pub fn duplicated_query() -> Problem {
    let detail = format!("The parameter `query` occurs more than once. {EXAMPLE}.");
    Problem::new(400, "duplicated-query", "More than one query", &detail)
}

/// `query` is empty or white space.
#[must_use]
pub fn blank_query() -> Problem {
    let detail = format!("The parameter `query` is empty or blank. {EXAMPLE}.");
    Problem::new(400, "blank-query", "Blank query", &detail)
}

/// `query` is not UTF-8.
#[must_use]
pub fn query_not_utf8() -> Problem {
    let detail = format!("The parameter `query` is not valid UTF-8 once decoded. {EXAMPLE}.");
    Problem::new(400, "query-not-utf8", "Query is not UTF-8", &detail)
}

/// `query` has `actual` bytes, and `limit` are allowed.
#[must_use]
pub fn query_too_long(actual: u32, limit: u32) -> Problem {
    let detail =
        format!("The query has {actual} bytes of UTF-8; the limit is {limit}. Shorten it.");
    let mut problem = Problem::new(414, "query-too-long", "Query too long", &detail);
    problem.limit = Some(limit.into());
    problem
}

/// Another parameter is invalid.
#[must_use]
pub fn bad_parameter(detail: &str) -> Problem {
    Problem::new(400, "bad-parameter", "Bad parameter", detail)
}

/// The body is not JSON of the right form. The message has the position, and nothing of the content.
#[must_use]
pub fn bad_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let detail = format!(
        "The body is not of the form {{\"query\": \"…\"}}, with `version`, `label`, `top`, \
         `explain` and `decide` if wanted: line {line}, column {column}."
    );
    Problem::new(400, "bad-json", "Bad JSON", &detail)
}

/// A line of a batch is invalid.
#[must_use]
pub fn bad_line() -> Problem {
    let detail =
        "The line is neither {\"query\": \"…\"}, with an `id` if wanted, nor a JSON string.";
    Problem::new(400, "bad-line", "Bad line", detail)
}

/// The body is not of the media type `wanted`.
#[must_use]
pub fn unsupported_type(wanted: &str) -> Problem {
    let detail = format!("Send the body as {wanted}, and say so in Content-Type.");
    Problem::new(415, "unsupported-type", "Unsupported media type", &detail)
}

/// The body has more than `limit` bytes.
#[must_use]
pub fn body_too_long(limit: usize) -> Problem {
    let detail = format!("The limit is {limit} bytes. Send less.");
    let mut problem = Problem::new(413, "body-too-long", "Body too long", &detail);
    problem.limit = Some(limit as u64);
    problem
}

/// The body did not arrive in time.
#[must_use]
pub fn body_too_slow() -> Problem {
    Problem::new(408, "body-too-slow", "Body too slow", "The body did not arrive in time.")
}

/// The body ended early.
#[must_use]
pub fn body_broken() -> Problem {
    Problem::new(400, "body-broken", "Body broken", "The body did not arrive whole.")
}

/// The token is missing or wrong.
#[must_use]
pub fn unauthorized() -> Problem {
    let detail = "Send the token of this host: Authorization: Bearer TOKEN.";
    Problem::new(401, "unauthorized", "No or wrong token", detail)
}

/// The version is not available.
#[must_use]
pub fn no_such_version(number: u64) -> Problem {
    let detail = format!("Version {number} is not available. Leave `version` out for the default.");
    Problem::new(404, "no-such-version", "No such version", &detail)
}

/// No version has the label.
#[must_use]
pub fn no_such_label() -> Problem {
    let detail = "No version has that label. Leave `label` out for the default.";
    Problem::new(404, "no-such-label", "No such label", detail)
}

/// No version is available.
#[must_use]
pub fn nothing_available() -> Problem {
    let detail = "No version of the model is available now. Ask again later.";
    Problem::unavailable("nothing-available", "No version available", detail)
}

/// The models directory cannot be read.
#[must_use]
pub fn reload_failed() -> Problem {
    let detail = "The models directory could not be read again. The log says why.";
    Problem::new(500, "reload-failed", "Reload failed", detail)
}

/// No such route; `routes` lists the existing ones.
#[must_use]
pub fn not_found(routes: &str) -> Problem {
    let detail = format!("There is nothing here. The routes are {routes}.");
    Problem::new(404, "not-found", "Not found", &detail)
}

/// The route does not support the method; `methods` are those that it does.
#[must_use]
pub fn method_not_allowed(methods: &'static str) -> Problem {
    let detail = format!("The methods of this route are {methods}.");
    let mut problem = Problem::new(405, "method-not-allowed", "Method not allowed", &detail);
    problem.allow = Some(methods);
    problem
}

/// The service is stopping.
#[must_use]
pub fn draining() -> Problem {
    let detail = "This host is stopping. Ask another, or this one again later.";
    Problem::unavailable("stopping", "Stopping", detail)
}

/// The queue is full.
#[must_use]
pub fn busy() -> Problem {
    let detail = "Too many requests wait. Ask again in a second.";
    Problem::unavailable("busy", "Busy", detail)
}

/// The call passed its deadline.
#[must_use]
pub fn deadline() -> Problem {
    let detail = "The model did not answer in time and was stopped.";
    Problem::new(500, "deadline", "Model too slow", detail)
}

/// The model failed.
#[must_use]
pub fn model_failed() -> Problem {
    let detail = "The model failed on this query. Other queries are not affected.";
    Problem::new(500, "model-failed", "Model failed", detail)
}

/// The version has no report.
#[must_use]
pub fn no_report() -> Problem {
    let detail = "This version has no report.html beside it. `intent-trainer train` writes one.";
    Problem::new(404, "no-report", "No report", detail)
}

/// The report of the version is invalid or cannot be read.
#[must_use]
pub fn bad_report() -> Problem {
    let detail = "The report of this version cannot be shown. The log says why.";
    Problem::new(500, "bad-report", "Report not shown", detail)
}
