//! Headers of the page's responses: security and caching.

use crate::http::response::{Body, respond};
use hyper::Response;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use intent_runtime::Classifier;

/// Security headers: no content of other origins, no inline code, no frame around the page, and no text
/// taken for markup.
const SECURITY: [(&str, &str); 5] = [
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

/// Adds the security headers.
pub(super) fn secured(mut response: Response<Body>) -> Response<Body> {
    for (name, value) in SECURITY {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// `response` with its entity tag, or 304 if the client has it already.
pub(super) fn tagged(
    headers: &HeaderMap,
    tag: &HeaderValue,
    response: impl FnOnce() -> Response<Body>,
) -> Response<Body> {
    let stated = headers.get(IF_NONE_MATCH).map(HeaderValue::as_bytes).unwrap_or_default();
    let known = stated.split(|b| *b == b',').any(|part| part.trim_ascii() == tag.as_bytes());
    let mut response = if known { respond(304, "text/plain", "") } else { response() };
    if known {
        // a cache would store it as the file's
        response.headers_mut().remove(CONTENT_TYPE);
    }
    response.headers_mut().insert(ETAG, tag.clone());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// The entity tag of `bytes`.
pub(super) fn tag(bytes: &[u8]) -> HeaderValue {
    let digest = Classifier::digest_of(bytes);
    HeaderValue::from_str(&format!("\"{}\"", &digest[..24]))
        .unwrap_or(HeaderValue::from_static("\"\""))
}
