//! The web page at `/`: the files of `host/ui`, and what they alone ask for.
//!
//! - `assets`: the files, in the binary
//! - `about`: `/ui/models`, what serves, in one look
//! - `report`: `/ui/models/versions/N/report`, the training's report, without its questions unless the
//!   host was told to show them
//!
//! The routes under `/ui` are the page's own, and change with it.

mod about;
mod assets;
mod report;

use super::problem::{self, Problem};
use super::segments::Which;
use super::{Body, State, ask, only_get, respond};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use hyper::{Request, Response};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What every answer of the page's own says: nothing of another origin, nothing inline, no frame
/// around it, and no text taken for markup.
const HEADERS: [(&str, &str); 5] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types report",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// The page and what it may see.
#[derive(Debug)]
pub struct Ui {
    reports: report::Reports,
}

impl Ui {
    /// Where `questions` is set, reports come with the questions that they were measured on.
    #[must_use]
    pub fn new(questions: bool) -> Self {
        Ui { reports: report::Reports::new(questions) }
    }

    /// One of the page's files, if the request is for one. They need no token.
    pub(super) fn page<B>(&self, request: &Request<B>) -> Option<Response<Body>> {
        let file = assets::find(request.uri().path())?;
        let answer = only_get(request).map(|()| file.response(request.headers()));
        Some(guarded(answer.unwrap_or_else(problem::into_response)))
    }

    /// Answers what is under `/ui` and no file.
    pub(super) async fn route<B>(
        &self,
        state: &Arc<State>,
        request: &Request<B>,
    ) -> Result<Response<Body>, Problem> {
        let path = request.uri().path();
        if path == "/ui/models" {
            only_get(request)?;
            return Ok(guarded(about::get(state, self.reports.questions)));
        }
        let number = path.strip_prefix("/ui/models/versions/");
        let number = number.and_then(|rest| rest.strip_suffix("/report"));
        let Some(Ok(which)) = number.map(Which::version) else {
            return Err(problem::not_found(super::ROUTES));
        };
        only_get(request)?;
        let picked = ask::pick(state, None, which.selector())?;
        let directory = state.registry.directory(&picked.version);
        self.reports.get(&directory, request.headers()).await
    }
}

/// `response`, or that it has not changed since the client got it.
fn tagged(
    headers: &HeaderMap,
    tag: &HeaderValue,
    response: impl FnOnce() -> Response<Body>,
) -> Response<Body> {
    let stated = headers.get(IF_NONE_MATCH).map(HeaderValue::as_bytes).unwrap_or_default();
    let known = stated.split(|b| *b == b',').any(|part| part.trim_ascii() == tag.as_bytes());
    let mut response = if known { respond(304, "text/plain", "") } else { response() };
    if known {
        // a cache would take it for the file's
        response.headers_mut().remove(CONTENT_TYPE);
    }
    response.headers_mut().insert(ETAG, tag.clone());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// What tells `bytes` from others.
fn tag(bytes: &[u8]) -> HeaderValue {
    let digest: String = Sha256::digest(bytes)[..12].iter().map(|b| format!("{b:02x}")).collect();
    HeaderValue::from_str(&format!("\"{digest}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

fn guarded(mut response: Response<Body>) -> Response<Body> {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
