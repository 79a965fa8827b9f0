//! Names of the headers that no standard defines.

use hyper::header::HeaderName;
use intent_http::headers;

/// Number of the version that answered.
pub(crate) const MODEL_VERSION: HeaderName = HeaderName::from_static(headers::MODEL_VERSION);
/// SHA-256 of the component that answered.
pub(super) const MODEL_DIGEST: HeaderName = HeaderName::from_static(headers::MODEL_DIGEST);
/// Length of the JSON in bytes, if binary tensors follow it (Open Inference Protocol).
pub(super) const INFERENCE_JSON_LENGTH: HeaderName =
    HeaderName::from_static("inference-header-content-length");
/// Response headers that scripts of other origins may read.
pub(super) const EXPOSED: &str = "X-Model-Version, X-Model-Digest";
