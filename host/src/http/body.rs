//! What a request carries and what a response does.

use super::Bodies;
use super::problem::{self, Problem};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Either, Full, LengthLimitError, Limited};
use hyper::Request;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use std::convert::Infallible;

/// What a response carries: bytes known before the first is sent, or a stream.
pub type Body = Either<Full<Bytes>, BoxBody<Bytes, Infallible>>;

/// A body of known bytes.
pub(super) fn full(bytes: impl Into<Bytes>) -> Body {
    Either::Left(Full::new(bytes.into()))
}

/// Why a body was not read.
pub(super) enum Unread {
    /// It has more bytes than these.
    TooLong(usize),
    /// It did not arrive in time.
    TooSlow,
    /// The connection broke.
    Broken,
}

impl From<Unread> for Problem {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLong(limit) => problem::body_too_long(limit),
            Unread::TooSlow => problem::body_too_slow(),
            Unread::Broken => problem::body_broken(),
        }
    }
}

/// Reads the whole body.
pub(super) async fn read(body: Incoming, limits: Bodies) -> Result<Bytes, Unread> {
    // not even begun where its length is stated
    if body.size_hint().lower() > limits.whole as u64 {
        return Err(Unread::TooLong(limits.whole));
    }
    let whole = Limited::new(body, limits.whole).collect();
    match tokio::time::timeout(limits.timeout, whole).await {
        Err(_) => Err(Unread::TooSlow),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Unread::TooLong(limits.whole)),
        Ok(Err(_)) => Err(Unread::Broken),
        Ok(Ok(body)) => Ok(body.to_bytes()),
    }
}

/// Whether the request says that its body is one of `types`; a request that says nothing is trusted.
pub(super) fn is_of_type(request: &Request<Incoming>, types: &[&str]) -> bool {
    let Some(stated) = request.headers().get(CONTENT_TYPE) else { return true };
    let stated = stated.to_str().unwrap_or_default();
    let media = stated.split(';').next().unwrap_or_default().trim();
    types.iter().any(|t| t.eq_ignore_ascii_case(media))
}
