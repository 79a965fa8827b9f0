//! Names of the response headers, in lower case.

/// Number of the version that answered.
pub const MODEL_VERSION: &str = "x-model-version";
/// SHA-256 of the component that answered.
pub const MODEL_DIGEST: &str = "x-model-digest";
