//! How the host says no: `application/problem+json` (RFC 9457). What a client reads here names its
//! mistake and the remedy; what went on inside goes to the log.

use super::{Body, respond};
use hyper::Response;
use serde_json::{Value, json};

/// A refusal.
#[derive(Debug)]
pub(super) struct Problem {
    status: u16,
    kind: &'static str,
    title: &'static str,
    detail: String,
    /// A member of its own, for machines.
    extra: Option<(&'static str, Value)>,
}

impl Problem {
    fn new(status: u16, kind: &'static str, title: &'static str, detail: &str) -> Self {
        Problem { status, kind, title, detail: detail.to_owned(), extra: None }
    }

    /// The response. The problem's type is a URN: it identifies, and leads nowhere.
    pub(super) fn into_response(self) -> Response<Body> {
        let mut body = json!({
            "type": format!("urn:posos-intent:problem:{}", self.kind),
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        });
        if let (Some((name, value)), Some(object)) = (self.extra, body.as_object_mut()) {
            object.insert(name.to_owned(), value);
        }
        respond(self.status, "application/problem+json", body.to_string())
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
    problem.extra = Some(("limit", limit.into()));
    problem
}

pub(super) fn not_found() -> Problem {
    let detail = "There is nothing here. The routes are /intent?query=…, /healthz and /readyz.";
    Problem::new(404, "not-found", "Not found", detail)
}

pub(super) fn method_not_allowed() -> Problem {
    Problem::new(405, "method-not-allowed", "Method not allowed", "Use GET or HEAD.")
}

pub(super) fn draining() -> Problem {
    let detail = "This host is stopping. Ask another, or this one again later.";
    Problem::new(503, "stopping", "Stopping", detail)
}

pub(super) fn busy() -> Problem {
    let detail = "No instance is free. Ask again in a second.";
    Problem::new(503, "busy", "Busy", detail)
}

pub(super) fn deadline() -> Problem {
    let detail = "The model did not answer in time and was stopped.";
    Problem::new(500, "deadline", "Model too slow", detail)
}

pub(super) fn model_failed() -> Problem {
    let detail = "The model failed on this query. Other queries are not affected.";
    Problem::new(500, "model-failed", "Model failed", detail)
}
