//! Building blocks of responses.

use super::headers::{MODEL_DIGEST, MODEL_VERSION};
use crate::registry::Version;
use http_body_util::combinators::BoxBody;
use http_body_util::{Either, Full};
use hyper::body::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use std::convert::Infallible;

/// The body of a response: bytes, or a stream of them.
pub(crate) type Body = Either<Full<Bytes>, BoxBody<Bytes, Infallible>>;

/// Builds a response with a known body.
pub(super) fn respond(
    status: u16,
    content_type: &'static str,
    bytes: impl Into<Bytes>,
) -> Response<Body> {
    let mut response = Response::new(Either::Left(Full::new(bytes.into())));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Adds the headers that name the version that answered.
pub(super) fn answered_by(mut response: Response<Body>, version: &Version) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(MODEL_VERSION, version.number_header.clone());
    headers.insert(MODEL_DIGEST, version.digest_header.clone());
    response
}

/// Adds the header `Allow`.
pub(super) fn allow(mut response: Response<Body>, methods: &'static str) -> Response<Body> {
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    response
}
