//! Reading of request bodies.

use super::problem::{self, Problem};
use crate::config::BodyLimits;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::Request;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::CONTENT_TYPE;

/// A body that could not be read.
pub(super) enum ReadError {
    /// It is longer than this limit in bytes.
    TooLong(usize),
    /// It did not arrive in time.
    TooSlow,
    /// The connection broke.
    Broken,
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::TooLong(limit) => problem::body_too_long(limit),
            ReadError::TooSlow => problem::body_too_slow(),
            ReadError::Broken => problem::body_broken(),
        }
    }
}

/// Reads the whole body.
pub(super) async fn read(body: Incoming, limits: BodyLimits) -> Result<Bytes, ReadError> {
    // not begun if the stated length is too long
    if body.size_hint().lower() > limits.whole as u64 {
        return Err(ReadError::TooLong(limits.whole));
    }
    let whole = Limited::new(body, limits.whole).collect();
    match tokio::time::timeout(limits.timeout, whole).await {
        Err(_) => Err(ReadError::TooSlow),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(ReadError::TooLong(limits.whole)),
        Ok(Err(_)) => Err(ReadError::Broken),
        Ok(Ok(body)) => Ok(body.to_bytes()),
    }
}

/// Whether the body is of one of the media `types`, by its `Content-Type`; assumed if there is none.
pub(super) fn has_type(request: &Request<Incoming>, types: &[&str]) -> bool {
    let Some(stated) = request.headers().get(CONTENT_TYPE) else { return true };
    let stated = stated.to_str().unwrap_or_default();
    let media_type = stated.split(';').next().unwrap_or_default().trim();
    types.iter().any(|t| t.eq_ignore_ascii_case(media_type))
}
